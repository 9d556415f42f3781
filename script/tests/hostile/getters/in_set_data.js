// error
this.setData({ o: { get x() { for (;;) {} } } })
