// error
const o = {}; o.o = o; this.setData({ o })
