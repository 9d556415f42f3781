// error or stopped or parked
this.setData({ list: Array.from({ length: 300000 }, (_, i) => i) })
