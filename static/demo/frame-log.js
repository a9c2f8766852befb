// @ts-check
/**
 * The frames of all panes as they passed: the newest 2,000, oldest first.
 *
 * Frames that belong together share a `ref` (a command, its answer, the author's event) or a place
 * in a room (`room` and `seq`: the event on every side, alerts, hints and marks for it).
 */

export const KEPT = 2_000;
const PLACELESS = new Set(["room", "fetch_history"]); // their `seq` is a head, not a message

/** Frequent and of no consequence for the story. */
const SMALL = new Set(["ping", "pong", "typing", "presence", "read", "delivered", "mark_read", "mark_delivered"]);

/** @type {Record<string, (row: Row) => boolean>} */
export const FILTERS = {
  main: (row) => !SMALL.has(row.type),
  all: () => true,
  events: (row) => row.type === "event",
  timers: (row) => row.type === "timer" || row.type === "alert" || row.type === "idle_warning",
};

/**
 * @typedef {object} Row
 * @property {number} n counts up from 1
 * @property {number} at demo clock, UTC ms
 * @property {number} mono ms, for latencies
 * @property {"buyer" | "merchant" | "courier"} pane
 * @property {string} who the identity's id
 * @property {"in" | "out"} direction
 * @property {string} type
 * @property {string} [kind] of an event
 * @property {string} [ref]
 * @property {string} [place] room and seq
 * @property {boolean} exempt a buyer's message in a session, as the merchant got it (R25)
 * @property {any} frame
 * @property {string} text the frame as JSON, without its type
 */

export class FrameLog {
  constructor() {
    /** @type {Row[]} */
    this.rows = [];
    this.count = 0;
    /** @type {Map<string, number>} when a ref's command went out */
    this.sentByRef = new Map();
    /** @type {Map<string, number>} when the command went out that took this place */
    this.sentByPlace = new Map();
    /** @type {Set<string>} places that an alert was about */
    this.alerted = new Set();
    /** @type {Set<() => void>} */
    this.hearers = new Set();
  }

  /** @param {() => void} hearer @returns {() => void} ends it */
  subscribe(hearer) {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  }

  /**
   * @param {Pick<Row, "at" | "mono" | "pane" | "who" | "direction" | "frame" | "exempt">} passed
   */
  record(passed) {
    this.count += 1;
    const row = rowOf(this.count, passed);
    this.rows.push(row);
    this.link(row);
    if (this.rows.length > KEPT) this.forget(/** @type {Row} */ (this.rows.shift()));
    for (const hearer of [...this.hearers]) hearer();
  }

  /** @param {Row} row */
  link({ direction, type, ref, place, mono }) {
    if (direction === "out" && ref && !this.sentByRef.has(ref)) this.sentByRef.set(ref, mono);
    const sent = ref === undefined ? undefined : this.sentByRef.get(ref);
    if (direction === "in" && sent !== undefined && place) this.sentByPlace.set(place, sent);
    if (type === "alert" && place) this.alerted.add(place);
  }

  /** @param {Row} row */
  forget({ direction, ref, place }) {
    if (direction === "out" && ref) this.sentByRef.delete(ref);
    if (direction === "in" && place) {
      this.sentByPlace.delete(place);
      this.alerted.delete(place);
    }
  }

  clear() {
    this.rows = [];
    for (const index of [this.sentByRef, this.sentByPlace, this.alerted]) index.clear();
    for (const hearer of [...this.hearers]) hearer();
  }

  /**
   * How long after its command a frame came, in ms; nothing where no command here caused it.
   * @param {Row} row
   * @returns {number | undefined}
   */
  latencyOf({ direction, type, ref, place, mono }) {
    if (direction === "out") return undefined;
    const byPlace = type === "event" && place ? this.sentByPlace.get(place) : undefined;
    const sent = (ref === undefined ? undefined : this.sentByRef.get(ref)) ?? byPlace;
    return sent === undefined ? undefined : Math.max(0, mono - sent);
  }

  /**
   * The numbers of all rows that belong to one.
   * @param {Row} row
   * @returns {Set<number>}
   */
  related(row) {
    const refs = new Set([row.ref]);
    const places = new Set([row.place]);
    for (const { ref, place } of this.rows) {
      if (ref && place && (refs.has(ref) || places.has(place))) {
        refs.add(ref);
        places.add(place);
      }
    }
    const belongs = (/** @type {Row} */ { ref, place }) => (ref && refs.has(ref)) || (place && places.has(place));
    return new Set([row.n, ...this.rows.filter(belongs).map(({ n }) => n)]);
  }
}

/** @param {number} n @param {any} passed @returns {Row} */
function rowOf(n, passed) {
  const { type, ...rest } = passed.frame;
  const placed = rest.room !== undefined && rest.seq !== undefined && !PLACELESS.has(type);
  const place = placed ? `${rest.room} ${rest.seq}` : undefined;
  const telling = { seq: rest.seq, event: rest.event, body: rest.body, ...rest }; // ids last: a line shows its front
  return { ...passed, n, type, kind: rest.event?.kind, ref: rest.ref, place, text: JSON.stringify(telling) };
}

/**
 * @param {Row[]} rows
 * @param {{filter: string, text: string}} wanted
 */
export function matching(rows, { filter, text }) {
  const part = text.trim().toLowerCase();
  const fits = FILTERS[filter] ?? FILTERS.all;
  return rows.filter((row) => fits(row) && (part === "" || row.type.includes(part) || (row.kind ?? "").includes(part)));
}

/** What is copied. @param {Row[]} rows */
export function asJson(rows) {
  const plain = rows.map(({ at, pane, who, direction, frame }) => ({ at, pane, who, direction, frame }));
  return JSON.stringify(plain, undefined, 2);
}
