// @ts-check
/** The sessions on a courier agent's desk, and what is new in each. Pure. */
import { sameWho } from "../lib/state.js";

/** @typedef {import("../lib/room.js").Room} Room */

/**
 * @typedef {object} DeskSession
 * @property {string} id of the room
 * @property {string} name of the buyer, masked by the server (R46)
 * @property {Room} room
 * @property {string} [intent]
 * @property {number} at of the last thing that happened
 * @property {string} line the last thing that was said
 * @property {number} unread messages of others after this agent's read mark
 * @property {boolean} answers the buyer spoke last, so somebody waits for this agent
 * @property {boolean} idle the server has announced the end
 */

/**
 * Own sessions: whoever waits for an answer first, the longest on top.
 * @param {Record<string, Room>} rooms
 * @param {{role: string, id: string}} me
 * @param {(body: any) => string} lineOf
 * @returns {DeskSession[]}
 */
export function deskSessions(rooms, me, lineOf) {
  return Object.values(rooms)
    .filter((room) => room.left === undefined && room.session)
    .map((room) => deskSession(room, me, lineOf))
    .sort((a, b) => Number(b.answers) - Number(a.answers) || (a.answers ? a.at - b.at : b.at - a.at) || (a.id < b.id ? -1 : 1));
}

/** @param {Room} room @param {{role: string, id: string}} me @param {(body: any) => string} lineOf */
function deskSession(room, me, lineOf) {
  const said = room.events.filter(({ event, seq }) => event.kind === "message_posted" && !room.recalled[seq]);
  const last = said.at(-1);
  const mark = room.read[me.id] ?? 0;
  const trigger = room.context?.trigger?.event?.body;
  return {
    id: room.id,
    name: room.buyer.name || room.buyer.id,
    room,
    intent: room.context?.intent,
    at: last?.at ?? room.session?.since_at ?? 0,
    line: last ? lineOf(last.event.body) : trigger ? lineOf(trigger) : "",
    unread: said.filter((envelope) => envelope.seq > mark && !sameWho(envelope.by, me)).length,
    answers: last ? last.by.role === "buyer" : true,
    idle: Boolean(room.idle),
  };
}

/**
 * Rooms that this agent has lost and that have to go from the desk (R46).
 * @param {Record<string, Room>} rooms
 */
export const goneFrom = (rooms) => Object.values(rooms).filter((room) => room.left !== undefined).map((room) => room.id);

/**
 * When this agent's part of the room began: the buyer's consent.
 * @param {Room} room
 * @returns {number | undefined}
 */
export function consentAt(room) {
  const { session } = room;
  return session?.accepted_at ?? room.sessions[session?.id]?.accepted_at;
}
