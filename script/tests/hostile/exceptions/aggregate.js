// stopped or parked
const all = new Array(1e6).fill(1); for (;;) try { throw new AggregateError(all) } catch (e) {}
