// harmless or stopped or parked
const fs = wx.getFileSystemManager(); for (let i = 0; i < 10000; i++) { try { fs.writeFileSync(`${wx.env.USER_DATA_PATH}/f${i}`, 'x') } catch (e) {} }
