// harmless or stopped or parked
3n ** 5000000n
