// @ts-check
/**
 * One identity's client: a connection, its state, its memory, and the steps a person can take.
 * No globals: several live side by side in one document.
 */
import { Connection, MACHINE_CLOCK } from "./connection.js";
import { openHttp } from "./http.js";
import { openMemory } from "./memory.js";
import { newRef } from "./ref.js";
import { Refusal } from "./refusal.js";
import { EMPTY_STATE, reduce, sameWho } from "./state.js";
import { Store } from "./store.js";

const PAGE = 50; // events a page of history
const TYPING_EVERY_MS = 3_000;
const TRANSIENT = new Set(["store_unavailable", "overloaded", "rate_limited"]);
const TRIES = 3; // of a transient refusal, before the bubble says so
const RETRY_MS = 1_000;
const COUNTS_DOWN = new Set(["idle_warning", "transfer_offered"]); // frames that name an instant but not the present one
export const VERSION = "1.0.0";

export class Client {
  /**
   * @param {object} options
   * @param {string} options.identity names this person in this browser's storage
   * @param {import("./connection.js").TokenProvider} options.tokens
   * @param {"mobile" | "desktop"} options.device
   * @param {string} options.origin http(s) origin of the server
   * @param {string} [options.name] of this client, as `hello` says it
   * @param {string} [options.version]
   * @param {string} [options.locale]
   * @param {Record<string, string>} [options.shopNames]
   * @param {Storage} [options.storage]
   * @param {(direction: "in" | "out", frame: any, at: number) => void} [options.onFrame]
   * @param {(url: string, protocol: string) => WebSocket} [options.socket]
   * @param {import("./connection.js").Clock} [options.clock]
   * @param {typeof fetch} [options.fetch]
   */
  constructor(options) {
    this.clock = options.clock ?? MACHINE_CLOCK;
    this.store = new Store(reduce, { ...EMPTY_STATE, shopNames: options.shopNames ?? {} });
    this.memory = openMemory(options.identity, options.storage);
    /** @type {Set<(frame: any) => void>} */
    this.hearers = new Set();
    /** @type {Record<string, number>} */
    this.typed = {};
    this.connection = new Connection({
      url: `${options.origin.replace(/^http/, "ws")}/ws`,
      tokens: options.tokens,
      client: { name: options.name ?? "sanfang-web", version: options.version ?? VERSION, device: options.device },
      locale: options.locale,
      positions: () => this.positions(),
      onServerFrame: (frame) => this.hear(frame),
      onLink: (link) => this.store.dispatch({ type: "link", link }),
      onFrame: options.onFrame,
      socket: options.socket,
      clock: this.clock,
    });
    this.http = openHttp({
      origin: options.origin,
      token: async () => (await this.connection.currentToken()) ?? "",
      fetch: options.fetch,
    });
    this.restore();
  }

  get state() {
    return this.store.state;
  }

  /** UTC milliseconds by the server's clock, which a demo may move. */
  now() {
    return this.clock.now() + this.state.skew_ms;
  }

  start() {
    this.connection.start();
    for (const parcel of this.state.outbox) if (parcel.state !== "failed") this.deliver(parcel);
  }

  stop() {
    this.connection.stop();
  }

  restore() {
    this.store.dispatch({ type: "restored", ...this.memory.load() });
    this.store.subscribe((state, before) => {
      if (state.drafts !== before.drafts) this.memory.saveDrafts(state.drafts, before.drafts);
      if (state.outbox !== before.outbox) this.memory.saveOutbox(state.outbox, before.outbox);
    });
  }

  /** @param {string | null} key in the storage, that another tab changed */
  adopt(key) {
    const found = this.memory.draftAt(key);
    if (found) this.store.dispatch({ type: "draft", room: found.room, text: "", ...found.draft });
  }

  positions() {
    const { rooms, epoch } = this.state;
    const held = Object.values(rooms).filter((room) => room.left === undefined);
    return { epoch, resume: Object.fromEntries(held.map((room) => [room.id, room.last])) };
  }

  /** @param {any} frame */
  hear(frame) {
    this.store.dispatch({ type: "frame", frame, now: this.clock.now() });
    const fromOther = frame.type === "event" && !sameWho(frame.by, this.state.you);
    if (fromOther && frame.event.kind === "message_posted") this.markDelivered(frame.room, frame.seq);
    if (COUNTS_DOWN.has(frame.type)) this.syncClock();
    for (const hearer of [...this.hearers]) hearer(frame);
  }

  /** Asks for the server's time, which a demo may have moved. */
  syncClock() {
    this.connection.notify({ type: "ping" });
  }

  /**
   * Every server frame after it has been folded into the state.
   * @param {(frame: any) => void} hearer
   * @returns {() => void} ends it
   */
  onFrame(hearer) {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  }

  /**
   * Any command of the contract.
   * @param {string} type
   * @param {Record<string, any>} fields
   * @returns {Promise<any>} the reply; rejects with a Refusal
   */
  request(type, fields) {
    return this.connection.request({ type, ...fields });
  }

  /**
   * Writes a message; it shows at once and is stored here until the server has it.
   * @param {string} room
   * @param {any} body
   */
  post(room, body) {
    const message = { ref: newRef(), room, body, at: this.now() };
    this.store.dispatch({ type: "posted", message });
    this.deliver(message);
  }

  /**
   * @param {{ref: string, room: string, body: any}} parcel
   * @param {number} [tries]
   */
  async deliver({ ref, room, body }, tries = 1) {
    try {
      const ack = await this.connection.request({ type: "post_message", ref, room, body });
      this.store.dispatch({ type: "acked", ref, room, seq: ack.seq });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (TRANSIENT.has(error.code) && tries < TRIES) {
        const wait_ms = error.retryAfterMs ?? RETRY_MS * tries;
        this.clock.setTimeout(() => this.deliver({ ref, room, body }, tries + 1), wait_ms);
      } else this.undelivered({ ref, body }, error);
    }
  }

  /**
   * A refused text goes back to its author's input (R29); what cannot go there stays as a bubble.
   * @param {{ref: string, body: any}} parcel
   * @param {Refusal} error
   */
  undelivered({ ref, body }, { code, details, retryable }) {
    if (code === "stopped") return; // still in memory for the next start
    const goesBack = body.kind === "text" && !retryable;
    this.store.dispatch({ type: goesBack ? "refused" : "failed", ref, code, details });
  }

  /** @param {string} ref of a failed message, which keeps it */
  retry(ref) {
    const parcel = this.state.outbox.find((candidate) => candidate.ref === ref);
    if (parcel?.state !== "failed") return;
    this.store.dispatch({ type: "retried", ref });
    this.deliver(parcel);
  }

  /** @param {string} ref */
  discard(ref) {
    this.store.dispatch({ type: "discarded", ref });
  }

  /**
   * @param {string} room
   * @param {string} text
   */
  setDraft(room, text) {
    this.store.dispatch({ type: "draft", room, text });
  }

  /** @param {string} room */
  async fetchOlder(room) {
    const known = this.state.rooms[room];
    if (!known || known.loading || !known.more) return;
    this.store.dispatch({ type: "loading", room, loading: true });
    const before = known.events[0]?.seq ?? known.last + 1;
    try {
      await this.request("fetch_history", { room, before, limit: PAGE });
    } catch (refusal) {
      const failed = /** @type {Refusal} */ (refusal).code;
      this.store.dispatch({ type: "loading", room, loading: false, failed });
    }
  }

  /** @param {string} room its log, when a snapshot came without */
  ensureHistory(room) {
    const known = this.state.rooms[room];
    if (known?.events.length === 0 && !known.loadFailed) this.fetchOlder(room);
  }

  /** @param {string} room @param {number} seq */
  markDelivered(room, seq) {
    this.connection.notify({ type: "mark_delivered", room, seq });
  }

  /** @param {string} room @param {number} seq */
  markRead(room, seq) {
    const { you, rooms } = this.state;
    if (!this.connection.live || !you || !rooms[room] || seq <= (rooms[room].read[you.id] ?? 0)) return;
    this.connection.notify({ type: "mark_read", room, seq });
    this.store.dispatch({ type: "marked", room, seq });
  }

  /**
   * Says what the question behind a platform's card was; the card's own intent takes that back (R2).
   * Without a line it waits for one; a refused one stays with its reason, to be tried again.
   * @param {string} room
   * @param {string} invite
   * @param {string} intent
   */
  async markInvite(room, invite, intent) {
    const ref = newRef();
    this.store.dispatch({ type: "marking", room, invite, ref, intent });
    try {
      await this.request("mark_invite", { ref, room, invite, intent });
      this.store.dispatch({ type: "marking_done", room, invite, ref });
    } catch (refusal) {
      const { code } = /** @type {Refusal} */ (refusal);
      this.store.dispatch({ type: "marking_failed", room, invite, ref, code });
    }
  }

  /** @param {string} room @param {string} invite gives a refused mark up */
  forgetMark(room, invite) {
    const ref = this.state.rooms[room]?.marking[invite]?.ref;
    this.store.dispatch({ type: "marking_done", room, invite, ref });
  }

  /** @param {string} room says that one types, at most every 3 s */
  typing(room) {
    const now = this.clock.now();
    if (now - (this.typed[room] ?? -TYPING_EVERY_MS) < TYPING_EVERY_MS) return;
    this.typed[room] = now;
    this.connection.notify({ type: "typing", room });
  }

  /** @param {string} room the buyer's orders, each with its eligibility */
  async fetchOrders(room) {
    const { orders } = await this.http.get(`/api/v1/orders?room=${encodeURIComponent(room)}`);
    this.store.dispatch({ type: "orders", room, orders });
    return orders;
  }
}
