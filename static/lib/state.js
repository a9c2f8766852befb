// @ts-check
/** Everything a client knows, and the one pure function that changes it. */
import { fromSnapshot, keyOf, withEvent, withHistory, withMarking, withoutMarking } from "./room.js";
import * as outbox from "./outbox.js";

/**
 * @typedef {import("./room.js").Room} Room
 * @typedef {object} State
 * @property {any} [you] role, id, name, shop or carrier
 * @property {string} [epoch]
 * @property {any} limits
 * @property {{minimum: string, url: string}} [upgrade]
 * @property {import("./connection.js").Link} link
 * @property {boolean} ready has been live at least once
 * @property {number} skew_ms server clock minus this machine's
 * @property {Record<string, Room>} rooms
 * @property {import("./outbox.js").Outbox} outbox
 * @property {Record<string, {text: string, refusal?: {code: string, details?: any}}>} drafts by room
 * @property {Record<string, string>} shopNames that the embedding page told
 * @property {Record<string, any[]>} orders of the room's buyer, by room
 * @property {any} [switch]
 * @property {any} [desk]
 * @property {any[]} transfers offered to me
 * @property {any[]} ratings
 */

/** @type {State} */
export const EMPTY_STATE = {
  limits: {},
  link: { phase: "idle", attempt: 0 },
  ready: false,
  skew_ms: 0,
  rooms: {},
  outbox: [],
  drafts: {},
  shopNames: {},
  orders: {},
  transfers: [],
  ratings: [],
};

/**
 * @param {State} state
 * @param {any} action `{type: "frame", frame, now}` or a local one
 * @returns {State}
 */
export function reduce(state, action) {
  if (action.type === "frame") return FRAMES[action.frame.type]?.(state, action.frame, action.now) ?? state;
  return LOCAL[action.type]?.(state, action) ?? state;
}

/**
 * @param {State} state
 * @param {string} id
 * @param {(room: Room) => Room} change
 */
function inRoom(state, id, change) {
  const room = state.rooms[id];
  if (!room) return state;
  const next = change(room);
  return next === room ? state : { ...state, rooms: { ...state.rooms, [id]: next } };
}

/**
 * The server's clock as seen from here; an event that is ahead of it proves that it moved on.
 * @param {number} at
 * @param {number} now
 * @param {number} skew_ms
 */
const skewAfter = (at, now, skew_ms) => Math.max(skew_ms, at - now);

/** @type {Record<string, (state: State, frame: any, now: number) => State>} */
const FRAMES = {
  welcome: (state, frame, now) => ({
    ...(state.epoch !== undefined && state.epoch !== frame.epoch ? forgotten(state) : state),
    you: frame.you,
    epoch: frame.epoch,
    limits: frame.limits ?? {},
    upgrade: frame.upgrade_advised ?? undefined,
    skew_ms: frame.server_time_at - now,
    transfers: [],
  }),
  ready: (state) => ({ ...state, ready: true }),
  pong: (state, frame, now) => ({ ...state, skew_ms: frame.server_time_at - now }),
  room: (state, frame) => {
    const named = { shop_name: state.shopNames[frame.shop], ...frame };
    const room = fromSnapshot(state.rooms[frame.room], named);
    const rest = outbox.settled(state.outbox, room.id, room.last);
    return { ...state, rooms: { ...state.rooms, [frame.room]: room }, outbox: rest };
  },
  event: (state, frame, now) => {
    const next = inRoom(state, frame.room, (room) => withEvent(room, frame));
    if (next === state) return state;
    const mine = frame.ref && sameWho(frame.by, state.you);
    const rest = mine ? outbox.removed(next.outbox, frame.ref) : next.outbox;
    return { ...next, outbox: outbox.settled(rest, frame.room, frame.seq), skew_ms: skewAfter(frame.at, now, state.skew_ms) };
  },
  history: (state, frame) => inRoom(state, frame.room, (room) => withHistory(room, frame)),
  timer: (state, frame) => inRoom(state, frame.room, (room) => ({ ...room, timer: frame })),
  invite_marked: (state, frame) =>
    inRoom(state, frame.room, (room) => ({ ...room, marked: { ...room.marked, [frame.invite]: frame.intent } })),
  hint: (state, frame) => inRoom(state, frame.room, (room) => ({ ...room, hint: frame })),
  queue: (state, frame) => inRoom(state, frame.room, (room) => ({ ...room, queue: frame })),
  idle_warning: (state, frame) => inRoom(state, frame.room, (room) => ({ ...room, idle: frame })),
  typing: (state, frame, now) =>
    inRoom(state, frame.room, (room) => {
      const typing = { ...room.typing, [keyOf(frame.who)]: { who: frame.who, at: now } };
      return { ...room, typing };
    }),
  presence: (state, frame) => inRoom(state, frame.room, (room) => withPresence(room, frame)),
  read: (state, frame) => inRoom(state, frame.room, (room) => ({ ...room, read: withMark(room.read, frame) })),
  delivered: (state, frame) =>
    inRoom(state, frame.room, (room) => ({ ...room, delivered: withMark(room.delivered, frame) })),
  left: (state, frame) => inRoom(state, frame.room, (room) => ({ ...room, left: frame.reason || "left" })),
  switch: (state, frame) => ({ ...state, switch: frame }),
  desk: (state, frame) => ({ ...state, desk: frame }),
  transfer_offered: (state, frame) => ({
    ...state,
    transfers: [...state.transfers.filter((offer) => offer.session !== frame.session), frame],
  }),
  rating: (state, frame) => ({ ...state, ratings: [...state.ratings, frame] }),
};

/** Another epoch may have lost the tail of the log: nothing seen before is certain. */
const forgotten = (/** @type {State} */ state) => ({ ...state, rooms: {} });

/** @param {any} a @param {any} b */
export const sameWho = (a, b) => Boolean(a && b) && a.role === b.role && a.id === b.id;

/** @param {Record<string, number>} marks @param {any} frame */
const withMark = (marks, { who, seq }) => ({ ...marks, [who.id]: Math.max(seq, marks[who.id] ?? 0) });

/** @param {Room} room @param {any} frame */
function withPresence(room, { who, online }) {
  const known = room.members.some((member) => sameWho(member, who));
  const members = room.members.map((member) => (sameWho(member, who) ? { ...member, online } : member));
  return { ...room, members: known ? members : [...members, { name: "", ...who, online }] };
}

/** @type {Record<string, (state: State, action: any) => State>} */
const LOCAL = {
  link: (state, { link }) => ({ ...state, link }),
  loading: (state, { room, loading, failed }) =>
    inRoom(state, room, (known) => ({ ...known, loading, loadFailed: failed })),
  restored: (state, action) => ({ ...state, drafts: action.drafts, outbox: action.outbox }),
  draft: (state, { room, text, refusal }) => {
    const { [room]: _old, ...others } = state.drafts;
    return { ...state, drafts: text || refusal ? { ...others, [room]: { text, refusal } } : others };
  },
  refused: (state, { ref, code, details }) => {
    const parcel = state.outbox.find((candidate) => candidate.ref === ref);
    if (!parcel) return state;
    const before = state.drafts[parcel.room]?.text ?? "";
    const text = before.trim() ? `${parcel.body.text}\n${before}` : parcel.body.text;
    const drafts = { ...state.drafts, [parcel.room]: { text, refusal: { code, details } } };
    return { ...state, drafts, outbox: outbox.removed(state.outbox, ref) };
  },
  posted: (state, { message }) => ({ ...state, outbox: outbox.posted(state.outbox, message) }),
  acked: (state, { ref, room, seq }) => {
    const seen = (state.rooms[room]?.last ?? 0) >= seq;
    const rest = seen ? outbox.removed(state.outbox, ref) : outbox.changed(state.outbox, ref, { state: "sent", seq });
    return { ...state, outbox: rest };
  },
  failed: (state, { ref, code }) => ({ ...state, outbox: outbox.changed(state.outbox, ref, { state: "failed", code }) }),
  retried: (state, { ref }) => ({
    ...state,
    outbox: outbox.changed(state.outbox, ref, { state: "pending", code: undefined }),
  }),
  discarded: (state, { ref }) => ({ ...state, outbox: outbox.removed(state.outbox, ref) }),
  orders: (state, { room, orders }) => ({ ...state, orders: { ...state.orders, [room]: orders } }),
  marked: (state, { room, seq }) =>
    inRoom(state, room, (known) => ({ ...known, read: withMark(known.read, { who: state.you, seq }) })),
  marking: (state, { room, invite, ref, intent }) => inRoom(state, room, (known) => withMarking(known, invite, { ref, intent })),
  marking_done: (state, { room, invite, ref }) => inRoom(state, room, (known) => withoutMarking(known, invite, ref)),
  marking_failed: (state, { room, invite, ref, code }) =>
    inRoom(state, room, (known) => {
      const mark = known.marking[invite];
      return mark?.ref === ref ? withMarking(known, invite, { ...mark, code }) : known;
    }),
  kept: (state, { room }) => inRoom(state, room, (known) => ({ ...known, idle: undefined })),
  answered_transfer: (state, { session }) => ({
    ...state,
    transfers: state.transfers.filter((offer) => offer.session !== session),
  }),
  dropped_room: (state, { room }) => {
    const { [room]: _gone, ...rooms } = state.rooms;
    return { ...state, rooms };
  },
};
