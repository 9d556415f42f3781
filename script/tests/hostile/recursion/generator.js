// error
function* f() { yield* f() } [...f()]
