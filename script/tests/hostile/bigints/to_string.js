// parked or stopped
(1n << 64000000n).toString()
