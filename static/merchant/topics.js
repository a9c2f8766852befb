// @ts-check
/** What the platform took a question for, and what the shop's agents say it was (R2, R9). Pure. */

/** @typedef {import("../lib/room.js").Room} Room */

export const NO_TOPIC = "other"; // not a delivery question

/** R9's ten, in its order. */
export const TOPICS = [
  "not_received",
  "signed_not_received",
  "wrong_place",
  "tracking_stale",
  "delayed_urge",
  "change_delivery",
  "origin_restricted",
  "choose_courier",
  "delivery_time",
  "arrival_time",
];

/**
 * A topic by the name that cards use.
 * @param {string} intent
 * @param {import("../lib/i18n.js").Speech} speech
 */
export const topicName = (intent, speech) => (intent === NO_TOPIC ? speech.t("merchant.wrong.none") : speech.named("intent", intent));

/**
 * How a card's mark stands: what is said of it, and what is on its way.
 * @param {Room} room
 * @param {{id: string, intent: string}} card
 * @param {boolean} live whether there is a line
 * @returns {{intent: string, state: "none" | "marked" | "sending" | "waiting", code?: string, wanted?: string}}
 * `intent` is what the question is held to be now; `code` why `wanted` was refused
 */
export function markOf(room, card, live) {
  const said = room.marked[card.id] ?? card.intent;
  const standing = /** @type {const} */ (said === card.intent ? "none" : "marked");
  const own = room.marking[card.id];
  if (!own) return { intent: said, state: standing };
  if (own.code) return { intent: said, state: standing, code: own.code, wanted: own.intent };
  return { intent: own.intent, state: live ? "sending" : "waiting", wanted: own.intent };
}
