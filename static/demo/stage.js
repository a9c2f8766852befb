// @ts-check
/** Everything the demo does that is no view: its panes' clients, its clock, who is cut off. */
import { demoToken } from "../lib/demo.js";
import { preference, rememberPreference } from "../lib/memory.js";
import { Store } from "../lib/store.js";
import { ALL_BUYERS, COURIER, MERCHANT, mountActor, tokenWish } from "./actors.js";
import { FrameLog } from "./frame-log.js";

/**
 * @typedef {import("./actors.js").Actor} Actor
 * @typedef {object} StageState
 * @property {string[]} buyers keys of those who are there
 * @property {string} buyer the key of the one to be seen
 * @property {number} skew_ms demo clock minus this machine's
 * @property {Record<string, string>} links the phase of each one's line
 * @property {Record<string, boolean>} news panes in which something happened
 * @property {number} generation counts resets
 * @property {boolean} empty the panes are, while it starts afresh
 * @property {boolean} absent the server is not in demo mode
 * @property {string} notice
 */

const ZONE_OFFSET_MS = 8 * 3_600_000; // Asia/Shanghai has no summer time
const DAY_MS = 86_400_000;

export class Stage {
  constructor() {
    const first = ALL_BUYERS[0].key;
    const kept = remembered().filter((key) => ALL_BUYERS.some((buyer) => buyer.key === key));
    const buyers = kept.includes(first) ? kept : [first];
    const state = { buyers, buyer: first, skew_ms: 0, links: {}, news: {}, generation: 0, empty: false, absent: false, notice: "" };
    /** @type {Store<StageState, Partial<StageState>>} */
    this.store = new Store((before, change) => ({ ...before, ...change }), state);
    this.log = new FrameLog();
    this.wide = true; // three panes side by side
    /** @type {Map<string, any>} the handles of mounted apps */
    this.handles = new Map();
  }

  get state() {
    return this.store.state;
  }

  now() {
    return Date.now() + this.state.skew_ms;
  }

  /** @param {string} key @returns {import("../lib/client.js").Client | undefined} */
  client(key) {
    return this.handles.get(key)?.client;
  }

  /** @returns {Actor[]} */
  actors() {
    return [...ALL_BUYERS.filter(({ key }) => this.state.buyers.includes(key)), MERCHANT, COURIER];
  }

  /**
   * @param {HTMLElement} el
   * @param {Actor} actor
   * @param {string} locale
   */
  mount(el, actor, locale) {
    const onFrame = (/** @type {any} */ direction, /** @type {any} */ frame, /** @type {number} */ at) =>
      this.pass(actor, direction, frame, at);
    const handle = mountActor(el, actor, { locale, onFrame, tokenProvider: () => this.token(actor) });
    this.handles.set(actor.key, handle);
    const client = handle.client;
    const follow = () => this.showLink(actor.key, client.state.link.phase);
    const release = client.store.subscribe(follow);
    follow();
    return () => {
      release();
      this.handles.delete(actor.key);
      handle.unmount();
    };
  }

  /** @param {Actor} actor */
  async token(actor) {
    try {
      return await demoToken("", tokenWish(actor));
    } catch (error) {
      if (String(error).includes("404")) this.store.dispatch({ absent: true });
      throw error;
    }
  }

  /** @param {string} key @param {string} phase */
  showLink(key, phase) {
    if (this.state.links[key] === phase) return;
    this.store.dispatch({ links: { ...this.state.links, [key]: phase } });
  }

  /**
   * One frame on its way between a pane and the server.
   * @param {Actor} actor
   * @param {"in" | "out"} direction
   * @param {any} frame
   * @param {number} at
   */
  pass(actor, direction, frame, at) {
    const exempt = direction === "in" && this.isExempt(actor, frame);
    if (frame.server_time_at !== undefined) this.setSkew(frame.server_time_at - at);
    this.log.record({ at: at + this.state.skew_ms, mono: performance.now(), pane: actor.pane, who: actor.id, direction, frame, exempt });
    if (direction === "out") return;
    if (frame.type === "desk") this.openDesk(actor, frame);
    if (frame.type === "room") this.firstRoom(actor, frame.room);
    if (frame.type === "event" && !this.state.news[actor.pane]) {
      this.store.dispatch({ news: { ...this.state.news, [actor.pane]: true } });
    }
  }

  /**
   * A buyer's in-session message as the merchant gets it (R25).
   * @param {Actor} actor
   * @param {any} frame
   */
  isExempt(actor, frame) {
    const written = frame.type === "event" && frame.event.kind === "message_posted" && frame.by.role === "buyer";
    if (!written || actor.role !== "merchant") return false;
    return this.client(actor.key)?.state.rooms[frame.room]?.phase === "three_party";
  }

  /**
   * A seeded courier starts offline, and nobody could be invited to an empty desk (R50). Once in an
   * epoch the demo opens it; what the visitor sets afterwards stays.
   * @param {Actor} actor
   * @param {any} desk
   */
  openDesk(actor, desk) {
    const epoch = this.client(actor.key)?.state.epoch ?? "";
    if (desk.status !== "offline" || preference(storage(), "demo-desk") === epoch) return;
    const opened = this.client(actor.key)?.request("set_status", { status: "online" });
    opened?.then(() => rememberPreference(storage(), "demo-desk", epoch)).catch(() => {});
  }

  /**
   * The workbench begins with a conversation open where list and chat stand side by side.
   * @param {Actor} actor
   * @param {string} room
   */
  firstRoom(actor, room) {
    const handle = this.handles.get(actor.key);
    if (actor.role !== "merchant" || !handle || handle.begun || !this.wide) return;
    handle.begun = true;
    setTimeout(() => handle.select(room)); // once the frame is folded in and drawn
  }

  /** @param {number} skew_ms the same second is no news */
  setSkew(skew_ms) {
    if (Math.abs(skew_ms - this.state.skew_ms) > 500) this.store.dispatch({ skew_ms });
  }

  /** @param {string} key cuts a line, or restores it */
  toggleLine(key) {
    const connection = this.client(key)?.connection;
    if (connection?.link.phase === "offline") connection.goOnline();
    else connection?.goOffline();
  }

  addBuyer() {
    const next = ALL_BUYERS.find(({ key }) => !this.state.buyers.includes(key));
    if (!next) return;
    const buyers = [...this.state.buyers, next.key];
    this.store.dispatch({ buyers, buyer: next.key });
    rememberPreference(storage(), "demo-buyers", buyers.join(" "));
  }

  /** @param {number} advance_ms */
  advance(advance_ms) {
    return this.setClock({ advance_ms });
  }

  /** @param {number} hour the next time it is so late in the platform's zone */
  goToHour(hour) {
    const local = this.now() + ZONE_OFFSET_MS;
    const today = Math.floor(local / DAY_MS) * DAY_MS + hour * 3_600_000;
    const next = today > local ? today : today + DAY_MS;
    return this.setClock({ now: new Date(next - ZONE_OFFSET_MS).toISOString() });
  }

  /** @param {{advance_ms: number} | {now: string}} step */
  async setClock(step) {
    const { now_at } = await post("/api/v1/demo/clock", step);
    this.setSkew((typeof now_at === "number" ? now_at : Date.parse(now_at)) - Date.now());
    for (const { client } of this.handles.values()) client.connection.notify({ type: "ping" }); // its pong tells the time
  }

  /** Starts afresh at the same hour: another epoch, every pane mounted anew, only the first buyer. */
  async reset() {
    const now = new Date(this.now()).toISOString();
    const first = ALL_BUYERS[0].key;
    this.store.dispatch({ empty: true }); // no pane meets the new epoch halfway
    try {
      await post("/api/v1/demo/reset", {});
      await this.setClock({ now });
      rememberPreference(storage(), "demo-buyers", first);
      this.log.clear();
      this.store.dispatch({ buyers: [first], buyer: first, news: {}, generation: this.state.generation + 1 });
    } finally {
      this.store.dispatch({ empty: false });
    }
  }
}

/** @param {string} path @param {any} body */
async function post(path, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? answer.title ?? `HTTP ${response.status}`);
  return answer;
}

/** @returns {string[]} */
const remembered = () => (preference(storage(), "demo-buyers") ?? "").split(" ").filter(Boolean);

function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
