// parked or stopped
BigInt('9'.repeat(2000000))
