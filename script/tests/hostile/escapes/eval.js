// error
eval('1')
