// stopped or parked
for (;;) { try { setInterval(() => {}, 1) } catch (e) {} }
