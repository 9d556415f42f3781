// harmless
this.setData({ 'list[400000000]': 1 })
