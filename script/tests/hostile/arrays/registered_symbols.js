// error or stopped or parked
for (let i = 0; ; i++) Symbol.for("s" + i)
