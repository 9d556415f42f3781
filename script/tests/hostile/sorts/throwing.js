// error
[3, 2, 1].sort(() => { throw new Error("no") })
