// stopped or parked
for (;;) new Promise(() => {}).then(() => {})
