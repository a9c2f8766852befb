// @ts-check
/**
 * What a client does after a close, by code (protocol 1.5).
 * `retry` reconnects with back-off, `token` asks for a new token first, `slow` backs off further,
 * `stop` stays down until a person acts.
 * @typedef {"retry" | "token" | "slow" | "stop"} Reaction
 */

/** @type {Record<number, Reaction>} */
const REACTIONS = {
  1007: "stop",
  1009: "stop",
  4400: "stop",
  4401: "token",
  4403: "stop",
  4426: "stop",
  4429: "slow",
};

/**
 * The reaction that the contract asks for; codes it does not name are retried.
 * @param {number} code
 * @returns {Reaction}
 */
export function reactionTo(code) {
  return REACTIONS[code] ?? "retry";
}
