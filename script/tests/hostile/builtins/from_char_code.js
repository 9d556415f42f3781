// stopped or parked
String.fromCharCode(...new Array(1e6).fill(65))
