// error or stopped or parked
'ß'.repeat(5e7).toUpperCase()
