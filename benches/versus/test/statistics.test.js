'use strict';
const assert = require('assert/strict');
const { test } = require('node:test');
const { median, percentile, random, ratio, summary } = require('../statistics');

test('percentiles lie between the values', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(percentile([0, 10], 0.95), 9.5);
  assert.equal(percentile([7], 0.99), 7);
  assert.ok(Number.isNaN(median([])));
});

test('random numbers are the same in every run and lie in 0 to 1', () => {
  const [a, b] = [random(1), random(1)];
  const numbers = Array.from({ length: 1000 }, () => a());
  assert.deepEqual(numbers.slice(0, 10), Array.from({ length: 10 }, () => b()));
  assert.ok(numbers.every(number => number >= 0 && number < 1));
  assert.ok(Math.abs(numbers.reduce((sum, number) => sum + number, 0) / 1000 - 0.5) < 0.05);
});

test('a round is compared with itself', () => {
  // The machine gets ten times slower, for both.
  const ours = [1, 2, 5, 10], theirs = [3, 6, 15, 30];
  assert.deepEqual(ratio(theirs, ours), { ratio: 3, low: 3, high: 3, rounds: 4 });
});

test('a ratio has a range that its noise gives, the same each time', () => {
  const next = random(7);
  const ours = Array.from({ length: 15 }, () => 10 * (0.9 + 0.2 * next()));
  const theirs = Array.from({ length: 15 }, () => 20 * (0.9 + 0.2 * next()));
  const found = ratio(theirs, ours);
  assert.ok(found.low <= found.ratio && found.ratio <= found.high);
  assert.ok(found.low < 2 && found.high > 2 && found.high - found.low < 0.4, JSON.stringify(found));
  assert.deepEqual(ratio(theirs, ours), found);
});

test('rounds that lack a figure do not count', () => {
  assert.equal(ratio([2, null, 6], [1, 1, 2]).rounds, 2);
  assert.equal(ratio([null, 1], [1, null]), null);
  assert.equal(ratio([5], [0]), null);
  assert.deepEqual(summary([null, 3, 1]), { median: 2, low: 1, high: 3, rounds: 2 });
  assert.equal(summary([null]), null);
});
