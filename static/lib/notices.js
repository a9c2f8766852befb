// @ts-check
/** The line that each kind of event leaves in a room (R12), as the viewer should read it. */

/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./room.js").Envelope} Envelope */
/** @typedef {{text: string, param?: string}[]} Parts */

/**
 * @typedef {object} View
 * @property {import("./i18n.js").Speech} speech
 * @property {{role: string, id: string}} me
 * @property {Room} room
 */

/** Kinds that are drawn as a bubble or a card, or that say nothing by themselves. */
const SILENT = new Set(["message_posted", "message_recalled"]);

/** Reasons with a line of their own; an ordinary end needs no reason. */
const LEFT_FOR = new Set(["transferred", "disconnected", "silent"]);

/**
 * @param {Envelope} envelope
 * @param {View} view
 * @returns {{parts: Parts, strong?: string[], tone?: string, extra?: string} | undefined}
 */
export function noticeOf(envelope, view) {
  if (SILENT.has(envelope.event.kind)) return undefined;
  const say = NOTICES[envelope.event.kind];
  return say?.(envelope, view);
}

/** @param {string} key @returns {(e: Envelope, v: View) => any} */
const plain = (key) => (_envelope, { speech }) => ({ parts: speech.parts(key) });

/**
 * A text that differs for the buyer, who is the one it speaks of.
 * @param {string} key
 */
const aboutBuyer = (key) => (/** @type {Envelope} */ _envelope, /** @type {View} */ { speech, me }) => ({
  parts: speech.parts(me.role === "buyer" ? `${key}You` : key),
});

/** @type {Record<string, (envelope: Envelope, view: View) => any>} */
const NOTICES = {
  room_opened: plain("notice.room_opened"),
  conversation_closed: plain("notice.closed"),
  invite_accepted: aboutBuyer("notice.accepted"),
  invite_declined: aboutBuyer("notice.declined"),
  reception_changed: ({ event }, { speech }) => ({ parts: speech.parts(`notice.reception.${event.reception}`) }),
  room_assigned: ({ event }, view) => ({
    parts: view.speech.parts("notice.assigned", { name: nameOf(event.agent, view) }),
    strong: ["name"],
  }),
  invite_offered: ({ event }, { speech, me, room }) => {
    const who = event.inviter === "merchant" ? room.shop.name || speech.t("role.merchant") : speech.t("role.platform");
    return { parts: speech.parts(me.role === "buyer" ? "notice.invitedYou" : "notice.invited", { who }), strong: ["who"] };
  },
  invite_expired: ({ event }, { speech }) => ({
    parts: speech.parts("notice.expired", { reason: reasonOf(event.reason, speech) }),
  }),
  invite_withdrawn: ({ event }, { speech }) => ({
    parts: speech.parts("notice.withdrawn", { reason: reasonOf(event.reason, speech) }),
  }),
  messages_shared: ({ event }, { speech }) => ({ parts: speech.parts("notice.shared", { n: event.seqs.length }) }),
  agent_joined: ({ event }, { speech, me }) => {
    const { name, carrier, badge } = event.agent;
    const who = speech.t("notice.courierAgent", { courier: speech.named("carrier", carrier), name });
    const parts = speech.parts(badge ? "notice.joined" : "notice.joinedPlain", { who, badge });
    return { parts, strong: ["who"], tone: "logistics", extra: me.role === "buyer" ? speech.t("notice.fraud") : undefined };
  },
  agent_left: ({ event }, view) => {
    const key = LEFT_FOR.has(event.reason) ? event.reason : "leftEnded";
    const name = nameOf(event.agent, view) || view.speech.t("role.logistics");
    return { parts: view.speech.parts(`notice.${key}`, { name }), strong: ["name"] };
  },
  session_held: ({ event }, { speech }) => ({ parts: speech.parts(event.checking ? "notice.checking" : "notice.checked") }),
  session_ended: (envelope, view) => ({ parts: endOf(envelope, view) }),
  rating_asked: (_envelope, { speech, me }) => (me.role === "buyer" ? undefined : { parts: speech.parts("notice.rating_asked") }),
  rating_submitted: (_envelope, { speech, me }) => ({
    parts: speech.parts(me.role === "buyer" ? "notice.ratedYou" : "notice.rating_submitted"),
  }),
};

/**
 * @param {string} reason timeout and the like, or the code of a failed check
 * @param {import("./i18n.js").Speech} speech
 */
export function reasonOf(reason, speech) {
  const key = `invite.reason.${reason}`;
  return speech.has(key) ? speech.t(key) : speech.error(reason).replace(/[。.]$/, "");
}

/**
 * @param {Envelope} envelope
 * @param {View} view
 * @returns {Parts}
 */
function endOf({ event, by }, { speech, me }) {
  const buyer = me.role === "buyer";
  if (event.reason === "no_agent") return speech.parts(buyer ? "notice.noAgent" : "notice.noAgentStaff");
  return speech.parts(buyer ? "notice.ended" : "notice.endedStaff", { why: endReason(event.reason, by, { speech, me }) });
}

/** @param {string} reason @param {any} by @param {{speech: any, me: any}} view */
function endReason(reason, by, { speech, me }) {
  if (reason === "idle") return speech.t("end.idle");
  const who = ["buyer", "merchant"].includes(reason) ? reason : by.role;
  if (who === "buyer" && me.role === "buyer") return speech.t("end.you");
  return speech.has(`end.${who}`) ? speech.t(`end.${who}`) : speech.t("end.logistics");
}

/**
 * A name for an agent that an event names by id or in full.
 * @param {any} agent
 * @param {View} view
 */
function nameOf(agent, { room }) {
  if (agent?.name) return agent.name;
  const id = agent?.id ?? agent;
  const served = Object.values(room.sessions).flatMap((session) => Object.values(session.agents ?? {}));
  return [...room.members, ...served].find((who) => who.id === id)?.name || id || "";
}
