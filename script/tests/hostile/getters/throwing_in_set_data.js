// error
this.setData({ o: { get x() { throw new Error('no') } } })
