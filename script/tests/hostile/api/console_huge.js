// parked or stopped
console.log('x'.repeat(1e8))
