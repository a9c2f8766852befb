// @ts-check
/** An agent's end of a session, from a form to the command (R53). Pure. */

export const RESOLUTIONS = ["solved", "follow_up", "not_logistics", "other"];
const SUMMARY_LENGTH = 500; // characters; the command's own bound is wider
const ZONE = "+08:00"; // times of day are the platform's, whoever looks

/**
 * @typedef {object} EndForm
 * @property {string} resolution "" until chosen
 * @property {string} summary
 * @property {string} ticket
 * @property {string} promise as an input of type datetime-local gives it, in the platform's time
 */

/** @type {EndForm} */
export const EMPTY_END = { resolution: "", summary: "", ticket: "", promise: "" };

/**
 * The fields of `end_session`; a promise belongs to a follow-up only.
 * @param {EndForm} form
 */
export function endFields({ resolution, summary, ticket, promise }) {
  const promise_at = resolution === "follow_up" ? instantOf(promise) : undefined;
  return {
    resolution,
    ...(summary.trim() ? { summary: summary.trim().slice(0, SUMMARY_LENGTH) } : {}),
    ...(ticket.trim() ? { ticket: ticket.trim() } : {}),
    ...(promise_at === undefined ? {} : { promise_at }),
  };
}

/**
 * Why the form cannot go yet, or nothing.
 * @param {EndForm} form
 * @param {number} now
 * @returns {"choose" | "promise" | "past" | undefined}
 */
export function problemOf({ resolution, promise }, now) {
  if (!RESOLUTIONS.includes(resolution)) return "choose";
  if (resolution !== "follow_up") return undefined;
  const at = instantOf(promise);
  if (at === undefined) return "promise";
  return at <= now ? "past" : undefined;
}

/** @param {string} local "2026-11-22T18:00" @returns {number | undefined} UTC ms */
export function instantOf(local) {
  const at = Date.parse(`${local}${local.length === 16 ? ":00" : ""}${ZONE}`);
  return Number.isNaN(at) ? undefined : at;
}

/** @param {number} at @returns {string} for an input of type datetime-local */
export const localOf = (at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16);

/**
 * Usual promises from here: in two hours, today at 20:00, tomorrow at noon; past ones left out.
 * @param {number} now
 * @returns {{key: string, local: string}[]}
 */
export function usualPromises(now) {
  const today = localOf(now).slice(0, 10);
  const tomorrow = localOf(now + 86_400_000).slice(0, 10);
  const all = [
    { key: "hours", local: localOf(now + 2 * 3_600_000) },
    { key: "tonight", local: `${today}T20:00` },
    { key: "tomorrow", local: `${tomorrow}T12:00` },
  ];
  return all.filter(({ local }) => (instantOf(local) ?? 0) > now);
}
