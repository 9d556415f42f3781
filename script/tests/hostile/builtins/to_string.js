// error
new Array(4294967295).toString()
