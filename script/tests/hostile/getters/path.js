// error
this.setData({ get ['a.b']() { for (;;) {} } })
