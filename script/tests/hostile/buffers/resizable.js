// error
const b = new ArrayBuffer(1, { maxByteLength: 2 ** 40 }); b.resize(2 ** 40)
