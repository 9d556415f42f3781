// error or stopped or parked
this.setData({ n: 'x'.repeat(2e6) })
