// error or stopped or parked
for (;;) switch (1) { case 1: continue }
