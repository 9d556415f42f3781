// harmless
Object.defineProperty(Object.prototype, 'success', { get() { for (;;) {} } }); wx.getSystemInfo({ })
