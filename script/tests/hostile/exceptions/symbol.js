// error
throw Symbol('x')
