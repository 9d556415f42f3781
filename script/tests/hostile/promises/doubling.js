// stopped or parked, within 5000 ms
const two = () => { Promise.resolve().then(two); Promise.resolve().then(two) }; two()
