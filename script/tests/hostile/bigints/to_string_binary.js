// stopped or parked
for (;;) (1n << 100000n).toString(10)
