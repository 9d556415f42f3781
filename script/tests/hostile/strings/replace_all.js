// error
'x'.repeat(1e6).replaceAll('x', 'y'.repeat(10000))
