// harmless or stopped or parked
this.setData({ b: new ArrayBuffer(6e7) })
