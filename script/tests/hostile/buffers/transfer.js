// error
new ArrayBuffer(1 << 20).transfer(2 ** 40)
