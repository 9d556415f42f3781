// error or stopped or parked
String.fromCodePoint.apply(null, new Array(190000).fill(128512)).repeat(1000)
