// Medians, percentiles, and how sure a ratio of two peers is.
'use strict';

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  if (!sorted.length) return NaN;
  const at = share * (sorted.length - 1), low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

const median = values => percentile(values, 0.5);

// Numbers from 0 to 1, the same in every run.
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DRAWS = 4000;

// How many times `ours` the figures `theirs` are, both by round: the median of the rounds' ratios, and between which two it
// lies with 95 % by the bootstrap. What happens to a machine in a round happens to both peers, so a round is compared with
// itself. Rounds that lack either figure do not count; null without any.
function ratio(theirs, ours) {
  const ratios = theirs.map((value, round) => value / ours[round]).filter(value => Number.isFinite(value) && value > 0);
  if (!ratios.length) return null;
  const next = random(1);
  const medians = Array.from({ length: DRAWS }, () => median(ratios.map(() => ratios[Math.floor(next() * ratios.length)])));
  return { ratio: median(ratios), low: percentile(medians, 0.025), high: percentile(medians, 0.975), rounds: ratios.length };
}

// What is told of a figure: its median and its spread.
function summary(values) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return null;
  return { median: median(known), low: Math.min(...known), high: Math.max(...known), rounds: known.length };
}

module.exports = { median, percentile, random, ratio, summary };
