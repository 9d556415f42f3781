// stopped or parked
for (let i = 0; ; i++) this.setData({ n: i })
