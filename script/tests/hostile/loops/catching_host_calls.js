// stopped or parked
while (true) { try { wx.getSystemInfoSync() } catch (e) {} }
