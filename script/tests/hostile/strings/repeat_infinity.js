// error
'x'.repeat(Infinity)
