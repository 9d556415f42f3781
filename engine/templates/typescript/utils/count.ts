/** Something that is counted. */
export interface Counter {
  count: number;
}

/** One more. */
export function more(counter: Counter): Counter {
  return { count: counter.count + 1 };
}
