// parked or stopped
const a = []; for (;;) a.push(class { a() {} b() {} })
