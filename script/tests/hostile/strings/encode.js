// error or stopped or parked
encodeURIComponent('é'.repeat(3e7))
