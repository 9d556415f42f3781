// error
throw undefined
