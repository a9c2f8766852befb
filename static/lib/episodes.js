// @ts-check
/**
 * Cards and sessions of a room as indexes over its log. Pure, and indifferent to order: pages of
 * history arrive after newer events, so every fact is added beside what is known already.
 */

/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./room.js").Envelope} Envelope */

/** @type {Record<string, string>} */
const CARD_ENDS = {
  invite_accepted: "accepted",
  invite_declined: "declined",
  invite_expired: "expired",
  invite_withdrawn: "withdrawn",
};

/**
 * The room with what the event says about a card, a session or a recalled message.
 * @param {Room} room
 * @param {Envelope} envelope
 * @returns {Room}
 */
export function indexEvent(room, envelope) {
  const { event, seq, at, by } = envelope;
  if (event.kind === "message_recalled") return { ...room, recalled: { ...room.recalled, [event.seq]: { by, at } } };
  const carded = event.invite ? { ...room, invites: withCard(room.invites, envelope) } : room;
  return event.session ? { ...carded, sessions: withSession(carded.sessions, envelope, seq) } : carded;
}

/**
 * @param {Record<string, any>} invites
 * @param {Envelope} envelope
 */
function withCard(invites, { event, seq, at, by }) {
  const known = invites[event.invite] ?? { id: event.invite };
  const end = CARD_ENDS[event.kind];
  if (end) return { ...invites, [event.invite]: { ...known, state: end, ended_at: at, ended_seq: seq, reason: event.reason } };
  if (event.kind !== "invite_offered") return invites;
  const offered = { ...event, id: event.invite, by, offered_at: at, offered_seq: seq };
  return { ...invites, [event.invite]: { state: "offered", ...offered, ...ended(known) } };
}

/** @param {any} card */
function ended({ state, ended_at, ended_seq, reason }) {
  return ended_at === undefined ? {} : { state, ended_at, ended_seq, reason };
}

/**
 * @param {Record<string, any>} sessions
 * @param {Envelope} envelope
 * @param {number} seq
 */
function withSession(sessions, { event, at, by }, seq) {
  const known = sessions[event.session] ?? { id: event.session };
  return { ...sessions, [event.session]: { ...known, ...sessionFacts({ event, at, by, seq, known }) } };
}

/** @param {{event: any, at: number, by: any, seq: number, known: any}} fact */
function sessionFacts({ event, at, by, seq, known }) {
  switch (event.kind) {
    case "invite_accepted":
      return { invite: event.invite, accepted_at: at, accepted_seq: seq };
    case "agent_joined":
      return {
        agents: { ...known.agents, [event.agent.id]: event.agent },
        ...((known.joined_seq ?? 0) > seq ? {} : { agent: event.agent, joined_seq: seq }),
      };
    case "session_ended": {
      const { reason, summary, promise_at, ticket } = event;
      return { ended_at: at, ended_seq: seq, ended_by: by, reason, summary, promise_at, ticket };
    }
    case "rating_asked":
      return event.subject === "logistics" ? { rating_expires_at: event.expires_at } : {};
    case "rating_submitted":
      return event.subject === "logistics" ? { rated: true } : {};
    default:
      return {};
  }
}

/**
 * The session in which a message stood, as far as the log at hand tells.
 * A session whose acceptance is older than the log at hand reaches back to its front.
 * @param {Room} room
 * @param {number} seq
 * @returns {any | undefined}
 */
export function sessionAt(room, seq) {
  const sessions = Object.values(room.sessions);
  const found = sessions.find(
    (session) =>
      (session.accepted_seq !== undefined || session.ended_seq !== undefined) &&
      seq > (session.accepted_seq ?? 0) &&
      seq < (session.ended_seq ?? Infinity),
  );
  if (found || !room.session || room.sessions[room.session.id]?.accepted_seq !== undefined) return found;
  const lastEnd = Math.max(0, ...sessions.map((session) => session.ended_seq ?? 0));
  return seq > lastEnd ? room.session : undefined;
}
