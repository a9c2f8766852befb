// @ts-check
/** The rows of the conversation list: what to show of each room, searched and sorted. Pure. */
import { noticeOf } from "../lib/notices.js";
import { sameWho } from "../lib/state.js";
import { unreadOf } from "./unread.js";
import { waitOf } from "./waiting.js";

/** @typedef {import("../lib/room.js").Room} Room */

/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} name of the buyer
 * @property {Room} room
 * @property {number} unread
 * @property {number} at of the last thing that happened
 * @property {string} line the last thing that happened
 * @property {import("./waiting.js").Wait} wait
 */

/**
 * @param {object} view
 * @param {Record<string, Room>} view.rooms
 * @param {{role: string, id: string}} view.me
 * @param {Record<string, import("./unread.js").Base>} view.bases
 * @param {Record<string, {text: string}>} [view.drafts]
 * @param {import("../lib/i18n.js").Speech} view.speech
 * @param {number} view.now
 * @returns {Conversation[]}
 */
export function conversationsOf({ rooms, me, bases, drafts = {}, speech, now }) {
  return Object.values(rooms)
    .filter((room) => room.left === undefined)
    .map((room) => ({
      id: room.id,
      name: room.buyer.name || room.buyer.id,
      room,
      unread: unreadOf(room, me.id, bases[room.id]),
      at: room.events.at(-1)?.at ?? bases[room.id]?.last_at ?? 0,
      line: drafts[room.id]?.text ? speech.t("merchant.line.draft", { text: drafts[room.id].text }) : lastLine(room, me, speech),
      wait: waitOf(room, now),
    }));
}

/**
 * Newest first; or, on demand, whoever waits longest first.
 * @param {Conversation[]} list
 * @param {{query: string, longest: boolean}} wish
 */
export function arranged(list, { query, longest }) {
  const found = list.filter((conversation) => matches(conversation, query));
  const waits = (/** @type {Conversation} */ { wait }) => longest && wait.open && wait.kind !== "exempt";
  return found.sort((a, b) => {
    if (waits(a) !== waits(b)) return waits(a) ? -1 : 1;
    if (waits(a)) return (a.wait.opened_at ?? 0) - (b.wait.opened_at ?? 0);
    if (a.room.closed !== b.room.closed) return a.room.closed ? 1 : -1;
    return b.at - a.at || (a.id < b.id ? -1 : 1);
  });
}

/**
 * By the buyer's name and by every text at hand; never by who joined from a courier (R26).
 * @param {Conversation} conversation
 * @param {string} query
 */
export function matches({ name, room }, query) {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return true;
  const texts = room.events
    .filter(({ by, seq }) => by.role !== "logistics" && !room.recalled[seq])
    .map(({ event }) => event.body?.text ?? event.body?.order ?? event.order ?? "");
  return [name, room.buyer.id, ...texts].some((text) => text.toLowerCase().includes(wanted));
}

const QUIET = new Set(["room_opened", "room_assigned", "reception_changed", "rating_asked", "agent_left", "message_recalled", "session_kept"]);

/**
 * The last message or step that says something, in one line.
 * @param {Room} room
 * @param {{role: string, id: string}} me
 * @param {import("../lib/i18n.js").Speech} speech
 */
export function lastLine(room, me, speech) {
  const said = room.events.findLast(({ event, seq }) => !QUIET.has(event.kind) && !room.recalled[seq]);
  if (!said) return "";
  if (said.event.kind !== "message_posted") {
    return noticeOf(said, { speech, me, room })?.parts.map((part) => part.text).join("") ?? "";
  }
  const text = bodyLine(said.event.body, speech);
  if (sameWho(said.by, me)) return speech.t("merchant.line.you", { text });
  return said.by.role === "buyer" ? text : speech.t("merchant.line.by", { name: said.by.name, text });
}

/** @param {any} body @param {import("../lib/i18n.js").Speech} speech */
export function bodyLine(body, speech) {
  if (!body) return speech.t("message.erased");
  if (body.kind === "text") return body.text;
  return speech.t(`line.${body.kind}`);
}
