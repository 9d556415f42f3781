// parked or stopped
throw new Error('x'.repeat(1e8))
