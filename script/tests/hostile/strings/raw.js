// error or stopped or parked
String.raw({ raw: 'x'.repeat(1e7) })
