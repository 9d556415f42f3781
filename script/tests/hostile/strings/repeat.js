// error
'x'.repeat(2 ** 29 - 1)
