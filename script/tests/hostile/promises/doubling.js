// stopped or parked, within 8000 ms
const two = () => { Promise.resolve().then(two); Promise.resolve().then(two) }; two()
