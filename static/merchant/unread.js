// @ts-check
/**
 * Unread counts: what the server said when it was asked, and what came since (R26). Pure.
 * Only buyer messages outside a session count; whatever is written in a session adds nothing.
 */

/** @typedef {import("../lib/room.js").Room} Room */
/** @typedef {{unread: number, head: number, last_at?: number}} Base what `contacts` said of a room whose head was `head` */

/** @param {import("../lib/room.js").Envelope} envelope */
export const countsAsUnread = ({ by, event, phase }) =>
  by.role === "buyer" && event.kind === "message_posted" && phase !== "three_party";

/**
 * @param {Room} room
 * @param {string} me this agent's id
 * @param {Base} [base]
 */
export function unreadOf(room, me, base) {
  const mark = room.read[me] ?? 0;
  const head = base?.head ?? 0;
  const before = mark >= head ? 0 : (base?.unread ?? 0);
  const from = Math.max(mark, head);
  const since = room.events.filter((envelope) => envelope.seq > from && countsAsUnread(envelope) && !room.recalled[envelope.seq]);
  return before + since.length;
}

/**
 * What the contacts say, room by room, tied to the heads at which they were asked.
 * @param {{room: string, unread: number, last_at?: number}[]} contacts
 * @param {Record<string, number>} heads
 * @returns {Record<string, Base>}
 */
export const basesOf = (contacts, heads) =>
  Object.fromEntries(contacts.map(({ room, unread, last_at }) => [room, { unread, last_at, head: heads[room] ?? 0 }]));
