// harmless
try { require('fs'); throw new Error('escaped') } catch (e) { if (e.message === 'escaped') throw e }
