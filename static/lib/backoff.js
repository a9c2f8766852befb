// @ts-check
const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/**
 * Milliseconds to wait before a connection attempt: exponential with jitter.
 * Jitter spreads the clients of a restarted server over half of the step.
 * @param {number} attempt failed attempts so far, from 0
 * @param {() => number} random in [0, 1)
 * @returns {number} 500–20 000
 */
export function backoffMs(attempt, random) {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.max(FIRST_MS, Math.round(step / 2 + random() * (step / 2)));
}
