// harmless
this.setData = null; this.data = null; setTimeout(() => Object.getPrototypeOf(this).setData.call(null, {}), 0)
