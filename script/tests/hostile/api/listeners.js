// stopped or parked
for (let i = 0; i < 100000; i++) wx.onMemoryWarning(() => {})
