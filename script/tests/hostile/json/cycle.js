// error
const a = []; a.push(a); JSON.stringify(a)
