// error or stopped or parked
let a = ["x"]; for (let i = 0; i < 40; i++) a = [a, a]; this.setData({ list: a })
