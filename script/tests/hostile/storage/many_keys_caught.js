// error or stopped or parked
for (let i = 0; ; i++) { try { wx.setStorageSync('k' + i, 'x'.repeat(10000)) } catch (e) {} }
