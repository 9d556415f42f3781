// error
for (;;) {}
