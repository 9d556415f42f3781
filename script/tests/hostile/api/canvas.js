// error or stopped or parked
for (let i = 0; i < 100000; i++) wx.createCanvasContext('c').fillRect(0, 0, 1e9, 1e9)
