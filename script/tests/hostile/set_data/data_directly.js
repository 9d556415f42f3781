// stopped
for (let i = 0; ; i++) this.data["k" + i] = "x".repeat(1000)
