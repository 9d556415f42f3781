// harmless
try { require('../../../../../../etc/passwd'); throw new Error('escaped') } catch (e) { if (e.message === 'escaped') throw e }
