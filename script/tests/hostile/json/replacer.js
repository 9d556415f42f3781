// error
JSON.stringify({ a: 1 }, () => ({ a: 1 }))
