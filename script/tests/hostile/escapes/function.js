// error
new Function('return 1')()
