// error or stopped or parked
for (;;) { try { continue } finally { for (;;) { break } } }
