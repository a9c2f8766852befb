// @ts-check
/**
 * One room as a client knows it, folded from a snapshot and events. Pure.
 *
 * `settled` is the snapshot's head: events up to it are history and only fill the log and the
 * indexes, later ones also move the state (phase, invite, session, members). `last` is the client's
 * position for `resume`. `first` is the oldest seq at hand, `more` says that older ones exist.
 */
import { indexEvent } from "./episodes.js";

/**
 * @typedef {{role: string, id: string, name: string, online?: boolean}} Who
 * @typedef {{seq: number, at: number, by: Who, ref?: string, phase?: string, event: {kind: string, [field: string]: any}}} Envelope
 * @typedef {object} Room
 * @property {string} id
 * @property {string} phase two_party, invite_pending or three_party
 * @property {{id: string, name?: string}} shop
 * @property {{id: string, name?: string}} buyer
 * @property {Who[]} members
 * @property {string} reception
 * @property {any} [held_by]
 * @property {any} [invite] the newest card
 * @property {any} [session] the session that goes on, if any
 * @property {Record<string, number>} read by member id
 * @property {Record<string, number>} delivered by member id
 * @property {number} visible_from
 * @property {any} [context]
 * @property {Envelope[]} events ascending, no seq twice
 * @property {number} settled
 * @property {number} last
 * @property {boolean} more
 * @property {boolean} loading a page of history is on its way
 * @property {string} [loadFailed] why the last page did not come
 * @property {Record<string, any>} invites every card seen, by id, with its end
 * @property {Record<string, any>} sessions every session seen, by id, with its end
 * @property {Record<number, {by: Who, at: number}>} recalled by seq
 * @property {Record<string, {who: {role: string, id: string}, at: number}>} typing by role:id
 * @property {any} [queue]
 * @property {any} [idle]
 * @property {any} [timer]
 * @property {any} [hint]
 * @property {Record<string, string>} marked what agents say the question behind a card was, by card
 * @property {Record<string, {ref: string, intent: string, code?: string}>} marking own such words on their way, or refused with a code
 * @property {boolean} closed
 * @property {string} [left] why one is no longer a member
 */

const EMPTY = { events: [], invites: {}, sessions: {}, recalled: {}, delivered: {} };

/** @param {any} party an id, or an object with one */
const partyOf = (party) => (typeof party === "string" ? { id: party } : (party ?? { id: "" }));

/** @param {{role: string, id: string}} who */
export const keyOf = (who) => `${who.role}:${who.id}`;

/**
 * The name under which a room knows somebody.
 * @param {Room} room
 * @param {{role: string, id: string}} who
 */
export const nameIn = (room, who) => room.members.find((member) => keyOf(member) === keyOf(who))?.name ?? "";

/**
 * A room from its snapshot; what was already seen is kept unless the server resets it.
 * @param {Room | undefined} before
 * @param {any} frame
 * @returns {Room}
 */
export function fromSnapshot(before, frame) {
  const keeps = before && !frame.reset && frame.after <= before.last && before.last <= frame.seq;
  const kept = keeps ? before : { ...EMPTY, last: frame.after, more: frame.after >= (frame.visible_from || 1) };
  const room = {
    ...kept,
    id: frame.room,
    phase: frame.phase,
    shop: { name: frame.shop_name, ...partyOf(frame.shop) },
    buyer: { name: frame.members?.find((/** @type {any} */ member) => member.role === "buyer")?.name, ...partyOf(frame.buyer) },
    members: frame.members ?? [],
    reception: frame.reception,
    held_by: frame.held_by ?? undefined,
    invite: frame.invite ?? undefined,
    session: frame.session ?? undefined,
    read: frame.read ?? {},
    delivered: frame.delivered ?? {},
    visible_from: frame.visible_from ?? 1,
    context: frame.context ?? undefined,
    settled: frame.seq,
    loading: false,
    typing: {},
    queue: undefined,
    idle: undefined,
    timer: undefined,
    marked: frame.marked ?? {},
    marking: before?.marking ?? {},
    closed: before?.closed ?? false,
    left: undefined,
  };
  return frame.invite ? { ...room, invites: withInvite(room.invites, frame.invite) } : room;
}

/**
 * @param {Record<string, any>} invites
 * @param {any} invite
 */
function withInvite(invites, invite) {
  return { ...invites, [invite.id]: { ...invites[invite.id], ...invite } };
}

/**
 * A room with one more event; a seq that was seen changes nothing.
 * @param {Room} room
 * @param {Envelope} envelope
 * @returns {Room}
 */
export function withEvent(room, envelope) {
  if (envelope.seq <= room.last) return room;
  const logged = indexEvent({ ...room, events: [...room.events, envelope], last: envelope.seq }, envelope);
  const settled = withoutTyping(logged, envelope.by);
  return envelope.seq > room.settled ? moved(settled, envelope) : settled;
}

/**
 * A room with a page of history in front, in the middle or behind.
 * @param {Room} room
 * @param {{events: Envelope[], more: boolean}} page
 * @returns {Room}
 */
export function withHistory(room, page) {
  const known = new Set(room.events.map((envelope) => envelope.seq));
  const fresh = page.events.filter((envelope) => !known.has(envelope.seq));
  const events = [...room.events, ...fresh].sort((a, b) => a.seq - b.seq);
  const last = Math.max(room.last, events.at(-1)?.seq ?? 0);
  const reachesFront = events[0] === undefined || page.events[0]?.seq === events[0].seq;
  const more = reachesFront ? page.more : room.more;
  return fresh.reduce(indexEvent, { ...room, events, last, more, loading: false });
}

/**
 * @param {Room} room
 * @param {Who} who
 */
function withoutTyping(room, who) {
  if (!(keyOf(who) in room.typing)) return room;
  const { [keyOf(who)]: _gone, ...typing } = room.typing;
  return { ...room, typing };
}

/**
 * A room in which a mark on a card is on its way, or came to no good.
 * @param {Room} room
 * @param {string} invite
 * @param {{ref: string, intent: string, code?: string}} mark
 * @returns {Room}
 */
export const withMarking = (room, invite, mark) => ({ ...room, marking: { ...room.marking, [invite]: mark } });

/**
 * A room without it, unless a later one took its place meanwhile.
 * @param {Room} room
 * @param {string} invite
 * @param {string} ref
 * @returns {Room}
 */
export function withoutMarking(room, invite, ref) {
  if (room.marking[invite]?.ref !== ref) return room;
  const { [invite]: _gone, ...marking } = room.marking;
  return { ...room, marking };
}

/** @type {Record<string, (room: Room, envelope: Envelope) => Room>} */
const MOVES = {
  room_opened: (room) => ({ ...room, closed: false }),
  message_posted: (room) => ({ ...room, closed: false }),
  conversation_closed: (room) => ({ ...room, closed: true }),
  reception_changed: (room, { event }) => ({ ...room, reception: event.reception }),
  room_assigned: (room, { event }) => ({ ...room, held_by: event.agent }),
  invite_offered: (room, { event }) => {
    const invite = { ...event, id: event.invite, state: "offered" };
    return { ...room, phase: "invite_pending", invite };
  },
  invite_accepted: (room, { event, at }) => {
    const card = room.invites[event.invite] ?? room.invite ?? {};
    const session = { id: event.session, state: "waiting", carrier: card.carrier, order: card.order, since_at: at };
    return { ...room, phase: "three_party", invite: { ...card, state: "accepted" }, session };
  },
  invite_declined: (room, { event }) => closedCard(room, event.invite, "declined"),
  invite_expired: (room, { event }) => closedCard(room, event.invite, "expired"),
  invite_withdrawn: (room, { event }) => closedCard(room, event.invite, "withdrawn"),
  agent_joined: (room, { event, at }) => {
    const agent = { role: "logistics", online: true, ...event.agent };
    const others = room.members.filter((member) => keyOf(member) !== keyOf(agent));
    const session = { ...room.session, id: event.session, state: "active", agent: event.agent, since_at: at };
    return { ...room, members: [...others, agent], session, queue: undefined };
  },
  agent_left: (room, { event }) => {
    const gone = partyOf(event.agent).id;
    const members = room.members.filter((member) => member.role !== "logistics" || member.id !== gone);
    const held = room.session && partyOf(room.session.agent).id === gone;
    const session = held ? { ...room.session, state: "waiting", agent: undefined } : room.session;
    return { ...room, members, session };
  },
  session_kept: (room) => ({ ...room, idle: undefined }),
  session_held: (room, { event }) => ({ ...room, session: { ...room.session, checking: event.checking } }),
  session_ended: (room) => ({
    ...room,
    phase: room.phase === "three_party" ? "two_party" : room.phase,
    session: undefined,
    queue: undefined,
    idle: undefined,
    members: room.members.filter((member) => member.role !== "logistics"),
  }),
};

/**
 * @param {Room} room
 * @param {string} id
 * @param {string} state
 */
function closedCard(room, id, state) {
  if (room.invite?.id !== id) return room;
  const phase = room.phase === "invite_pending" ? "two_party" : room.phase;
  return { ...room, phase, invite: { ...room.invite, state } };
}

/**
 * @param {Room} room
 * @param {Envelope} envelope
 */
function moved(room, envelope) {
  const move = MOVES[envelope.event.kind];
  const next = move ? move(room, envelope) : room;
  const speaks = envelope.event.kind === "message_posted" && envelope.by.role !== "merchant";
  return speaks && next.idle ? { ...next, idle: undefined } : next;
}
