// @ts-check
/** The main story as steps: where to look, what is there to send, and how one knows it was done. */
import { ALL_BUYERS, COURIER, MERCHANT } from "./actors.js";

const OPENS_H = 9;
const CLOSES_H = 21;
const ZONE_OFFSET_MS = 8 * 3_600_000;

/**
 * What the steps look at. `since` is the room's seq at which this tour began.
 * @typedef {{now: number, since: number, buyer?: Room, merchant?: Room}} Scene
 * @typedef {import("../lib/room.js").Room} Room
 *
 * @typedef {object} Step
 * @property {string} id its sentence is the word tour.<id>
 * @property {string} pane which one to show where only one fits
 * @property {string[]} at selectors, the first that is there is pointed to
 * @property {(scene: Scene) => boolean} [needed] left out otherwise
 * @property {(scene: Scene) => boolean} [done] goes on by itself; without: on a press
 * @property {{as: import("./actors.js").Actor, text: string}} [draft] put into the input if it is empty
 */

/** @param {Scene} scene the story was played already */
const isPlayed = ({ buyer }) => buyer !== undefined && buyer.phase === "two_party" && Object.keys(buyer.invites).length > 0;

/** @param {Scene} scene */
function isClosed({ now }) {
  const hour = new Date(now + ZONE_OFFSET_MS).getUTCHours();
  return hour < OPENS_H || hour >= CLOSES_H;
}

/** @param {string} role @returns {(scene: Scene) => boolean} whether one of the role wrote in the session */
const wroteInSession = (role) => ({ buyer, since }) => {
  const accepted = buyer?.events.findLast((envelope) => envelope.event.kind === "invite_accepted")?.seq;
  if (!buyer || accepted === undefined || accepted <= since) return false;
  return buyer.events.some(({ seq, by, event }) => seq > accepted && by.role === role && event.kind === "message_posted");
};

/** @param {string} kind @returns {(scene: Scene) => boolean} */
const happened = (kind) => ({ buyer, since }) => buyer?.events.some(({ seq, event }) => seq > since && event.kind === kind) ?? false;

/** @param {Scene} scene a round that was opened after the session */
function roundIsOpen({ buyer, merchant }) {
  const ended = buyer?.events.findLast((envelope) => envelope.event.kind === "session_ended");
  const timer = merchant?.timer;
  return ended !== undefined && (timer?.opened_at ?? 0) >= ended.at && ["running", "late", "not_assessed"].includes(timer.state);
}

const SEND = (/** @type {string} */ pane) => [`#pane-${pane} .sf-composer [type=submit]`, `#pane-${pane}`];
const [BUYER] = ALL_BUYERS;

/** @type {Step[]} */
export const STEPS = [
  { id: "reset", pane: "buyer", at: ["[data-tour~=reset]"], needed: isPlayed, done: (scene) => !isPlayed(scene) },
  { id: "hours", pane: "buyer", at: ["[data-tour~=advance]"], needed: isClosed, done: (scene) => !isClosed(scene) },
  { id: "ask", pane: "buyer", at: SEND("buyer"), draft: { as: BUYER, text: "tour.text.ask" }, done: happened("invite_offered") },
  { id: "accept", pane: "buyer", at: ["#pane-buyer .sf-invite[data-state=offered]", "#pane-buyer"], done: happened("invite_accepted") },
  { id: "joined", pane: "courier", at: ["#pane-courier"] },
  { id: "courier", pane: "courier", at: SEND("courier"), draft: { as: COURIER, text: "tour.text.courier" }, done: wroteInSession("logistics") },
  { id: "merchant", pane: "merchant", at: SEND("merchant"), draft: { as: MERCHANT, text: "tour.text.merchant" }, done: wroteInSession("merchant") },
  { id: "buyer", pane: "buyer", at: SEND("buyer"), draft: { as: BUYER, text: "tour.text.buyer" }, done: wroteInSession("buyer") },
  { id: "timer", pane: "merchant", at: ["#pane-merchant .m-round[data-voice=platform]", "#pane-merchant"] },
  { id: "leave", pane: "courier", at: ["#pane-courier [data-tour=end]", "#pane-courier"], done: happened("session_ended") },
  { id: "next_message", pane: "buyer", at: SEND("buyer"), draft: { as: BUYER, text: "tour.text.next" }, done: roundIsOpen },
  { id: "countdown", pane: "merchant", at: ["#pane-merchant .m-round", "#pane-merchant"] },
  { id: "late", pane: "merchant", at: ["[data-tour~=advance]"], done: ({ merchant }) => merchant?.timer?.state === "late" },
  { id: "finish", pane: "merchant", at: [".demo-list", "#pane-tab-frames"] },
];

/**
 * @param {import("./stage.js").Stage} stage
 * @param {number} since
 * @returns {Scene}
 */
export function sceneOf(stage, since) {
  const buyer = Object.values(stage.client(BUYER.key)?.state.rooms ?? {}).find((room) => room.shop.id === MERCHANT.shop);
  const merchant = buyer && stage.client(MERCHANT.key)?.state.rooms[buyer.id];
  return { now: stage.now(), since, buyer, merchant };
}

/** Where a tour that starts now counts from: a story that was played does not count. @param {Scene} scene */
export const sinceOf = (scene) => (isPlayed(scene) ? /** @type {Room} */ (scene.buyer).last : 0);

/**
 * The first step after everything that was done already.
 * @param {Step[]} steps
 * @param {Scene} scene
 */
export function firstOpen(steps, scene) {
  const needed = steps.findIndex((step) => step.needed?.(scene));
  if (needed !== -1) return needed;
  const lastDone = steps.findLastIndex((/** @type {Step} */ step) => !step.needed && step.done?.(scene));
  return Math.min(lastDone + 1, steps.length - 1);
}
