// error or stopped or parked
'\ud800'.repeat(5e7).toWellFormed()
