// @ts-check
/**
 * One client's socket: hello, resume, resend, heartbeat, back-off.
 *
 * Theory of operation. `link.phase` is the only state:
 *
 *   idle --start--> connecting --ready--> live
 *   connecting, live --close--> waiting --timer or reconnectNow--> connecting
 *   connecting, live --close that forbids a retry--> stopped --reconnectNow--> connecting
 *   any --goOffline--> offline --goOnline--> connecting          any --stop--> idle
 *
 * A request lives until it is answered, whatever happens to the socket: everything unanswered is
 * sent again, in order and with the same `ref`, as soon as a new socket is `ready`. The server
 * answers a repeated ref with the first answer, so nothing happens twice.
 */
import { backoffMs } from "./backoff.js";
import { reactionTo } from "./closes.js";
import { Heartbeat } from "./heartbeat.js";
import { Pending } from "./pending.js";
import { newRef } from "./ref.js";

/** @typedef {{now: () => number, setTimeout: (f: () => void, ms: number) => any, clearTimeout: (id: any) => void}} Clock */
/** @typedef {"idle" | "connecting" | "live" | "waiting" | "offline" | "stopped"} LinkPhase */
/** @typedef {{phase: LinkPhase, attempt: number, retry_at?: number, code?: number, reason?: string}} Link */
/** @typedef {(why: "first" | "expiring" | "rejected") => Promise<string> | string} TokenProvider */

/** @type {Clock} */
export const MACHINE_CLOCK = {
  now: () => Date.now(),
  setTimeout: (f, ms) => globalThis.setTimeout(f, ms),
  clearTimeout: (id) => globalThis.clearTimeout(id),
};

const PROTOCOL = "sanfang.v1.json";
const READY_WITHIN_MS = 15_000;
const HEARTBEAT_MS = 25_000; // until `welcome` names one
const SLOW_ATTEMPT = 4; // 4429: at least 4 s, however early the refusal came
const TOKEN_TRIES = 2; // a provider that keeps giving refused tokens is not asked for ever

export class Connection {
  /**
   * @param {object} options
   * @param {string} options.url ws: or wss: address of `/ws`
   * @param {TokenProvider} options.tokens
   * @param {{name: string, version: string, device: "mobile" | "desktop"}} options.client
   * @param {string} [options.locale]
   * @param {() => {epoch?: string, resume: Record<string, number>}} options.positions
   * @param {(frame: any) => void} options.onServerFrame every frame that came in, in order
   * @param {(link: Link) => void} [options.onLink]
   * @param {(direction: "in" | "out", frame: any, at: number) => void} [options.onFrame] for an inspector
   * @param {(url: string, protocol: string) => WebSocket} [options.socket]
   * @param {Clock} [options.clock]
   * @param {() => number} [options.random]
   */
  constructor(options) {
    this.url = options.url;
    this.tokens = options.tokens;
    this.client = options.client;
    this.locale = options.locale;
    this.positions = options.positions;
    this.onServerFrame = options.onServerFrame;
    this.onLink = options.onLink ?? (() => {});
    this.onFrame = options.onFrame ?? (() => {});
    this.openSocket = options.socket ?? ((url, protocol) => new WebSocket(url, protocol));
    this.clock = options.clock ?? MACHINE_CLOCK;
    this.random = options.random ?? Math.random;
    this.pending = new Pending();
    this.heartbeat = new Heartbeat({
      clock: this.clock,
      ping: () => this.write({ type: "ping" }),
      seen: () => this.positions().resume,
      onDead: () => this.drop(1006, "no pong in time"),
      onGap: () => this.drop(1006, "a push was lost"),
    });
    /** @type {Link} */
    this.link = { phase: "idle", attempt: 0 };
    /** @type {WebSocket | undefined} */
    this.current = undefined;
    /** @type {string | undefined} */
    this.token = undefined;
    this.tokenTries = 0;
    /** @type {number | undefined} */
    this.hint_ms = undefined;
    this.generation = 0;
  }

  start() {
    if (this.link.phase === "idle") this.connect();
  }

  /** Ends for good; nothing that was asked will be answered. */
  stop() {
    this.abandon();
    this.pending.rejectAll("stopped");
    this.become({ phase: "idle", attempt: 0 });
  }

  /** Cuts the line as a lost network would, until `goOnline`. */
  goOffline() {
    this.abandon();
    this.become({ phase: "offline", attempt: this.link.attempt });
  }

  goOnline() {
    if (this.link.phase === "offline") this.connect();
  }

  /** Ends a wait early, or tries again after a stop. */
  reconnectNow() {
    if (this.link.phase !== "waiting" && this.link.phase !== "stopped") return;
    this.tokenTries = 0;
    this.connect();
  }

  get live() {
    return this.link.phase === "live";
  }

  /**
   * Asks and waits for the reply, across reconnects.
   * @param {Record<string, any>} frame without `ref` to get a fresh one
   * @returns {Promise<any>} the reply frame; rejects with a Refusal
   */
  request(frame) {
    const whole = { ...frame, ref: frame.ref ?? newRef() };
    const reply = this.pending.add(whole);
    if (this.live) this.write(whole);
    return reply;
  }

  /**
   * Sends a frame that has no reply; dropped when there is no line.
   * @param {Record<string, any>} frame
   */
  notify(frame) {
    if (this.live) this.write(frame);
  }

  async connect() {
    this.abandon();
    const generation = this.generation;
    this.become({ phase: "connecting", attempt: this.link.attempt });
    const token = await this.currentToken();
    if (generation !== this.generation) return;
    if (token === undefined) return this.retry({ code: 0, reason: "no token" });
    this.deadline = this.clock.setTimeout(() => this.drop(1006, "not ready in time"), READY_WITHIN_MS);
    this.listen(this.openSocket(this.url, PROTOCOL), token);
  }

  async currentToken() {
    if (this.token !== undefined) return this.token;
    try {
      this.token = await this.tokens(this.tokenTries === 0 ? "first" : "rejected");
      return this.token;
    } catch {
      return undefined;
    }
  }

  /**
   * @param {WebSocket} socket
   * @param {string} token
   */
  listen(socket, token) {
    this.current = socket;
    const mine = () => this.current === socket;
    socket.onopen = () => mine() && this.hello(token);
    socket.onmessage = (message) => mine() && this.read(message.data);
    socket.onclose = (close) => mine() && this.closed(close.code, close.reason);
  }

  /** @param {string} token */
  hello(token) {
    const { epoch, resume } = this.positions();
    const frame = { type: "hello", token, client: this.client, resume, epoch, locale: this.locale };
    this.write(frame);
  }

  /** @param {any} data */
  read(data) {
    if (typeof data !== "string") return;
    const frame = JSON.parse(data);
    this.onFrame("in", frame, this.clock.now());
    if (frame.type === "welcome") this.heartbeat_ms = frame.heartbeat_ms;
    if (frame.type === "pong") this.heartbeat.answered(frame.heads ?? {});
    if (frame.type === "bye") this.hint_ms = frame.reconnect_after_ms;
    if (frame.type === "token_expiring") this.renewToken();
    this.onServerFrame(frame);
    this.pending.settle(frame);
    if (frame.type === "ready") this.becomeLive();
  }

  becomeLive() {
    this.clock.clearTimeout(this.deadline);
    this.tokenTries = 0;
    const unanswered = this.pending.frames();
    this.become({ phase: "live", attempt: 0 });
    for (const frame of unanswered) if (this.pending.has(frame.ref)) this.write(frame);
    this.heartbeat.start(this.heartbeat_ms || HEARTBEAT_MS);
  }

  async renewToken() {
    const generation = this.generation;
    try {
      const token = await this.tokens("expiring");
      if (generation !== this.generation) return;
      await this.request({ type: "refresh_token", token });
      this.token = token;
    } catch {
      this.token = undefined; // the close with 4401 that follows asks the provider again
    }
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  closed(code, reason) {
    const attempt = this.link.attempt;
    this.abandon();
    const reaction = reactionTo(code);
    if (reaction === "stop") return this.halt(code, reason);
    if (reaction === "token" && !this.forgetToken()) return this.halt(code, reason);
    const least = reaction === "slow" ? SLOW_ATTEMPT : 0;
    this.retry({ code, reason, attempt: Math.max(attempt, least) });
  }

  forgetToken() {
    this.token = undefined;
    this.tokenTries += 1;
    return this.tokenTries <= TOKEN_TRIES;
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  halt(code, reason) {
    this.become({ phase: "stopped", attempt: 0, code, reason });
  }

  /** @param {{code: number, reason: string, attempt?: number}} why */
  retry({ code, reason, attempt = this.link.attempt }) {
    const wait_ms = this.hint_ms ?? backoffMs(attempt, this.random);
    this.hint_ms = undefined;
    const retry_at = this.clock.now() + wait_ms;
    this.become({ phase: "waiting", attempt: attempt + 1, retry_at, code, reason });
    this.again = this.clock.setTimeout(() => this.connect(), wait_ms);
  }

  /**
   * Gives a socket up without waiting for its close handshake: a dead line never finishes one.
   * @param {number} code
   * @param {string} reason
   */
  drop(code, reason) {
    if (this.current) this.closed(code, reason);
  }

  abandon() {
    this.generation += 1;
    this.heartbeat.stop();
    this.clock.clearTimeout(this.deadline);
    this.clock.clearTimeout(this.again);
    const socket = this.current;
    this.current = undefined;
    if (socket && socket.readyState < 2) socket.close(1000);
  }

  /** @param {Record<string, any>} frame */
  write(frame) {
    if (!this.current || this.current.readyState !== 1) return;
    const shown = frame.token ? { ...frame, token: "…" } : frame; // an inspector is no place for a token
    this.onFrame("out", shown, this.clock.now());
    this.current.send(JSON.stringify(frame));
  }

  /** @param {Link} link */
  become(link) {
    this.link = link;
    this.onLink(link);
  }
}
