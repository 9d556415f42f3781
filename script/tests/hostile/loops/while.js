// error or stopped or parked
while (true) {}
