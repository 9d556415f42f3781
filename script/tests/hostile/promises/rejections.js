// error or stopped or parked
for (let i = 0; i < 50000; i++) Promise.reject(new Error('x'))
