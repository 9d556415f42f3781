// harmless
this.setData({ 'a[': 1, 'a]': 1, '[[0]': 1, '': 1, 'a..b': 1 })
