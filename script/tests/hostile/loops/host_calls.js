// stopped or parked
while (true) console.log(1)
