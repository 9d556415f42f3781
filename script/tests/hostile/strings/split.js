// error or stopped or parked
'x'.repeat(5e7).split('')
