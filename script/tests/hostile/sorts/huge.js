// parked or stopped
new Array(5e6).fill(0).map((_, i) => -i).sort((a, b) => a - b)
