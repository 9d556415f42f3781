// stopped or parked
new Float64Array(3e6).map((_, i) => -i).sort()
