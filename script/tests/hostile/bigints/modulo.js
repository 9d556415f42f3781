// harmless or stopped or parked
(7n ** 3000000n) % 1000007n
