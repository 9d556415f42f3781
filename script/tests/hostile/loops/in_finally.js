// error or stopped or parked
try { throw 1 } finally { while (true) {} }
