// error
'x'.padStart(2 ** 40)
