// stopped or parked, within 1500 ms
const two = () => { Promise.resolve().then(two); Promise.resolve().then(two) }; two()
