// @ts-check
const ANSWER_MS = 10_000; // the contract's own patience with a pong
const SETTLE_MS = 1_500; // an event may still be on its way while a pong already names it

/**
 * Proves that a socket still carries both ways, and that its last push arrived.
 *
 * Browsers hide the WebSocket's own pings, so `ping` frames ask for `heads`. A head above what was
 * seen means a lost push: after a moment of grace `onGap` is called, once for each head, so a head
 * that this client may not see cannot cause a loop.
 */
export class Heartbeat {
  /**
   * @param {object} options
   * @param {import("./connection.js").Clock} options.clock
   * @param {() => void} options.ping sends one ping frame
   * @param {() => Record<string, number>} options.seen last seq seen, by room
   * @param {() => void} options.onDead no pong in time
   * @param {() => void} options.onGap
   */
  constructor({ clock, ping, seen, onDead, onGap }) {
    this.clock = clock;
    this.ping = ping;
    this.seen = seen;
    this.onDead = onDead;
    this.onGap = onGap;
    /** @type {Record<string, number>} */
    this.repaired = {};
    /** @type {any[]} */
    this.timers = [];
  }

  /** @param {number} interval_ms */
  start(interval_ms) {
    this.stop();
    this.interval_ms = interval_ms;
    this.timers[0] = this.clock.setTimeout(() => this.beat(), interval_ms);
  }

  stop() {
    for (const timer of this.timers) this.clock.clearTimeout(timer);
    this.timers = [];
  }

  beat() {
    this.ping();
    this.clock.clearTimeout(this.timers[1]);
    this.timers[1] = this.clock.setTimeout(this.onDead, ANSWER_MS);
    this.timers[0] = this.clock.setTimeout(() => this.beat(), this.interval_ms ?? 25_000);
  }

  /** @param {Record<string, number>} heads */
  answered(heads) {
    this.clock.clearTimeout(this.timers[1]);
    if (this.missing(heads).length === 0) return;
    this.clock.clearTimeout(this.timers[2]);
    this.timers[2] = this.clock.setTimeout(() => this.judge(heads), SETTLE_MS);
  }

  /** @param {Record<string, number>} heads */
  judge(heads) {
    const rooms = this.missing(heads);
    if (rooms.length === 0) return;
    for (const room of rooms) this.repaired[room] = heads[room];
    this.onGap();
  }

  /** @param {Record<string, number>} heads */
  missing(heads) {
    const seen = this.seen();
    return Object.keys(heads).filter(
      (room) => room in seen && heads[room] > seen[room] && this.repaired[room] !== heads[room],
    );
  }
}
