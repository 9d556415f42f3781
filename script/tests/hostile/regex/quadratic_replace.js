// stopped or parked
'x'.repeat(300000).replace(/x/g, m => m + m)
