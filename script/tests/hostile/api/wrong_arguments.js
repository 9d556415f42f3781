// error
for (const k of Object.keys(wx)) { try { if (typeof wx[k] === 'function') wx[k](Symbol('x'), NaN, {}) } catch (e) {} }
