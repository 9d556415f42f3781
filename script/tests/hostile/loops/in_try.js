// error or stopped or parked
while (true) { try { while (true) {} } catch (e) {} }
