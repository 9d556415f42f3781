// error or stopped or parked
'a'.repeat(100000).replace(/a/g, () => { for (;;) {} })
