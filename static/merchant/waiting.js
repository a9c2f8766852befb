// @ts-check
/**
 * How a room's round reads for the people who answer (R30, R36). Pure: a room and an instant in.
 *
 *   none ── timer running ──> running ──(100 s)──> warn ──(due_at)──> late
 *   running ── answered ──> answered        running ── void ──> void
 *   any ── the room is in three parties ──> exempt
 */

export const WARN_MS = 100_000; // R36: the first warning

/** @typedef {import("../lib/room.js").Room} Room */

/**
 * @typedef {object} Wait
 * @property {"none" | "running" | "late" | "answered" | "void" | "not_assessed" | "exempt"} kind
 * @property {"calm" | "warn" | "late"} tone
 * @property {number} [opened_at]
 * @property {number} [due_at]
 * @property {boolean} open somebody still waits for a reply
 * @property {string} [reason] why a round is void or not assessed
 * @property {string} [rule]
 */

/** @type {Wait} */
const NONE = { kind: "none", tone: "calm", open: false };

/**
 * @param {Room} room
 * @param {number} now by the server's clock
 * @returns {Wait}
 */
export function waitOf(room, now) {
  const { timer } = room;
  if (room.phase === "three_party") return { ...NONE, kind: "exempt", reason: timer?.reason, rule: timer?.rule };
  if (!timer) return NONE;
  const { opened_at, due_at, reason, rule, state } = timer;
  const base = { opened_at, due_at, reason, rule };
  const open = timer.closed_at === undefined;
  switch (state) {
    case "running":
      return { ...base, kind: due_at < now ? "late" : "running", tone: toneOf(timer, now), open };
    case "late":
      return { ...base, kind: open ? "late" : "answered", tone: open ? "late" : "calm", open };
    case "not_assessed":
      return { ...base, kind: open ? "not_assessed" : "none", tone: "calm", open };
    case "answered":
    case "void":
      return { ...base, kind: state, tone: "calm", open: false };
    default:
      return NONE;
  }
}

/** @param {{opened_at: number, due_at: number}} timer @param {number} now */
function toneOf({ opened_at, due_at }, now) {
  if (due_at < now) return "late";
  return now - opened_at >= WARN_MS ? "warn" : "calm";
}

/**
 * The rooms in which somebody waits, longest first.
 * @param {Room[]} rooms
 * @param {number} now
 */
export function longestFirst(rooms, now) {
  return rooms
    .map((room) => ({ room, wait: waitOf(room, now) }))
    .filter(({ wait }) => wait.open && wait.kind !== "exempt")
    .sort((a, b) => (a.wait.opened_at ?? 0) - (b.wait.opened_at ?? 0))
    .map(({ room }) => room);
}

/**
 * The rooms whose round has reached its first warning: one line for all of them.
 * @param {Room[]} rooms
 * @param {number} now
 */
export const overdue = (rooms, now) => longestFirst(rooms, now).filter((room) => waitOf(room, now).tone !== "calm");

const TOLERATED_MS = 3_000; // a frame's way, and a timer that was sent while one looked away

/**
 * Whether a frame that just came shows that this machine's idea of the server's time is off: a demo
 * may move the clock, and a countdown must not wait for the next heartbeat to learn of it.
 * @param {any} frame
 * @param {Room | undefined} room
 * @param {number} now
 */
export function showsClockOff(frame, room, now) {
  const timer = room?.timer;
  if (!timer || timer.closed_at !== undefined) return false;
  const waited_ms = now - timer.opened_at;
  if (frame.type === "timer" && frame.state === "running") return Math.abs(waited_ms) > TOLERATED_MS;
  if (frame.type === "timer" && frame.state === "late") return now < timer.due_at;
  return frame.type === "alert" && frame.kind === "overdue_soon" && Math.abs(waited_ms - WARN_MS) > TOLERATED_MS;
}
