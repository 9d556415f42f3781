// error or stopped or parked
outer: while (true) { while (true) continue outer }
