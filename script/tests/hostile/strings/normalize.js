// error or stopped or parked
'\ufdfa'.repeat(5e6).normalize('NFKD')
