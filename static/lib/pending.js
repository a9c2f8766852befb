// @ts-check
import { Refusal } from "./refusal.js";

/**
 * @typedef {object} Entry
 * @property {Record<string, any>} frame
 * @property {(reply: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

/**
 * Requests that wait for their reply, oldest first.
 * They outlive a socket: after a reconnect `frames` is sent again with the same refs.
 */
export class Pending {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
  }

  /**
   * @param {Record<string, any>} frame with a `ref`
   * @returns {Promise<any>}
   */
  add(frame) {
    return new Promise((resolve, reject) => {
      this.entries.set(frame.ref, { frame, resolve, reject });
    });
  }

  /** @param {string} ref */
  has(ref) {
    return this.entries.has(ref);
  }

  /** @returns {Record<string, any>[]} in the order in which they were asked */
  frames() {
    return [...this.entries.values()].map((entry) => entry.frame);
  }

  /**
   * Settles the request that a server frame answers, if any.
   * An `event` bears its author's ref too, but only the reply settles a request.
   * @param {any} frame
   */
  settle(frame) {
    if (!frame.ref || frame.type === "event") return;
    const entry = this.entries.get(frame.ref);
    if (!entry) return;
    this.entries.delete(frame.ref);
    if (frame.type === "error") entry.reject(new Refusal(frame));
    else entry.resolve(frame);
  }

  /** @param {string} code why nothing of this will ever be answered */
  rejectAll(code) {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const entry of entries) entry.reject(new Refusal({ code, retryable: true }));
  }
}
