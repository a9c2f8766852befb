// @ts-check
/** The rows of a log, from events and messages on their way. Pure. */
import { sessionAt } from "./episodes.js";
import { keyOf } from "./room.js";
import { sameWho } from "./state.js";

const GROUP_MS = 5 * 60_000; // one author's messages within this stand together

/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./room.js").Envelope} Envelope */

/**
 * @typedef {object} Message
 * @property {"message"} type
 * @property {string} key the same for an own message before and after the server has it
 * @property {number} [seq]
 * @property {string} [ref]
 * @property {number} at
 * @property {import("./room.js").Who} by
 * @property {any} body
 * @property {boolean} mine
 * @property {boolean} first of its group
 * @property {boolean} last of its group
 * @property {"pending" | "sent" | "failed" | "posted"} state
 * @property {string} [code] why it failed
 * @property {any} [session] the three-party session it stands in
 */

/**
 * @typedef {Message
 *   | {type: "day", key: string, at: number}
 *   | {type: "unread", key: string}
 *   | {type: "recall", key: string, by: import("./room.js").Who, at: number}
 *   | {type: "invite", key: string, envelope: Envelope, invite: string}
 *   | {type: "notice", key: string, envelope: Envelope}} Row
 */

/**
 * @param {object} view
 * @param {Room} view.room
 * @param {import("./room.js").Who} view.me
 * @param {import("./outbox.js").Outbox} view.outbox of this room
 * @param {(at: number) => string} view.dayOf
 * @param {number} [view.unreadAfter] the divider stands behind this seq
 * @returns {Row[]}
 */
export function timeline({ room, me, outbox, dayOf, unreadAfter }) {
  const logged = room.events.flatMap((envelope) => rowsOf(envelope, { room, me, unreadAfter }));
  const shown = new Set(logged.map((row) => row.key));
  const waiting = outbox.map((parcel) => messageOnItsWay(parcel, me)).filter((row) => !shown.has(row.key));
  return grouped(withDays(withDivider([...logged, ...waiting], unreadAfter), dayOf));
}

/**
 * @param {Envelope} envelope
 * @param {{room: Room, me: any, unreadAfter?: number}} view
 * @returns {any[]}
 */
function rowsOf(envelope, { room, me }) {
  const { seq, at, by, event, ref, phase } = envelope;
  const mine = sameWho(by, me);
  if (event.kind === "message_posted") {
    const key = mine && ref ? `m:${ref}` : `s:${seq}`;
    if (room.recalled[seq]) return [{ type: "recall", key, seq, by: room.recalled[seq].by, at }];
    const session = phase && phase !== "three_party" ? undefined : sessionAt(room, seq) ?? (phase && room.session);
    return [{ type: "message", key, seq, ref, at, by, body: event.body, mine, state: "posted", session }];
  }
  if (event.kind === "message_recalled") return [];
  const type = event.kind === "invite_offered" ? "invite" : "notice";
  return [{ type, key: `s:${seq}`, seq, at, envelope, invite: event.invite, foreign: !mine }];
}

/** @param {import("./outbox.js").Parcel} parcel @param {any} me */
function messageOnItsWay({ ref, seq, at, body, state, code }, me) {
  return { type: "message", key: `m:${ref}`, ref, seq, at, by: me, body, mine: true, state, code };
}

/** @param {any[]} rows @param {number | undefined} unreadAfter */
function withDivider(rows, unreadAfter) {
  if (unreadAfter === undefined) return rows;
  const at = rows.findIndex((row) => row.type === "message" && !row.mine && row.seq > unreadAfter);
  if (at < 0) return rows;
  return [...rows.slice(0, at), { type: "unread", key: "unread" }, ...rows.slice(at)];
}

/** @param {any[]} rows @param {(at: number) => string} dayOf */
function withDays(rows, dayOf) {
  let day = "";
  return rows.flatMap((row) => {
    if (row.at === undefined || dayOf(row.at) === day) return [row];
    day = dayOf(row.at);
    return [{ type: "day", key: `d:${day}:${row.key}`, at: row.at }, row];
  });
}

/** @param {any[]} rows @returns {Row[]} */
function grouped(rows) {
  return rows.map((row, i) => {
    if (row.type !== "message") return row;
    return { ...row, first: !joins(rows[i - 1], row), last: !joins(row, rows[i + 1]) };
  });
}

/** @param {any} a @param {any} b */
function joins(a, b) {
  if (a?.type !== "message" || b?.type !== "message") return false;
  return keyOf(a.by) === keyOf(b.by) && b.at - a.at < GROUP_MS && Boolean(a.session) === Boolean(b.session);
}

/**
 * How far an own message has come: its state and how many others read it.
 * @param {Message} message
 * @param {Room} room
 * @param {import("./room.js").Who} me
 * @returns {{state: "pending" | "sent" | "delivered" | "read" | "failed", readers: number}}
 */
export function tickOf(message, room, me) {
  if (message.state === "failed" || message.state === "pending") return { state: message.state, readers: 0 };
  const seq = message.seq ?? Infinity;
  const others = room.members.filter((member) => !sameWho(member, me));
  const readers = others.filter((member) => (room.read[member.id] ?? 0) >= seq).length;
  if (readers > 0) return { state: "read", readers };
  const arrived = others.some((member) => (room.delivered[member.id] ?? 0) >= seq);
  return { state: arrived ? "delivered" : "sent", readers };
}
