// stopped or parked
throw new AggregateError(new Array(1e6).fill(1))
