// parked or stopped
(1n << 8000000n).toString()
