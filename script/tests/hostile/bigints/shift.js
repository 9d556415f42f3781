// error
1n << (2n ** 62n)
