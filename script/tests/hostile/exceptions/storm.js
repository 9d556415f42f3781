// stopped or parked
for (;;) { try { throw new Error('x') } catch (e) {} }
