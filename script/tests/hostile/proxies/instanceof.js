// stopped or parked
function F() {} F.prototype = new Proxy({}, { getPrototypeOf: t => t }); const p = new Proxy({}, { getPrototypeOf: () => p }); p instanceof F
