// harmless
this.setData({ f: () => { for (;;) {} }, g: class {} })
