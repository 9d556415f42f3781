// parked or stopped
[1].flatMap(function f() { return new Array(1e7).fill([1]) })
