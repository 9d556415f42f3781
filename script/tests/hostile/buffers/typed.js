// error
new Float64Array(2 ** 33)
