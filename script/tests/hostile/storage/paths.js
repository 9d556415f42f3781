// harmless
const fs = wx.getFileSystemManager(); for (const p of ['../../etc/passwd', '/etc/passwd', 'wxfile://usr/../../x', 'wxfile://usr/\0', 'C:\\x', '//host/x']) { try { fs.readFileSync(p); throw new Error('escaped ' + p) } catch (e) { if (/escaped/.test(e.message)) throw e } }
