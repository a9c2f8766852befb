// @ts-check
/** What a shop can do about an invite in a room. Pure. */

/** @typedef {import("../lib/room.js").Room} Room */

/**
 * The hint that still helps: not dismissed, no card since, and the room is in two parties.
 * @param {Room} room
 * @param {number} dismissed the seq of the hint that was sent away
 */
export function hintOf(room, dismissed) {
  const { hint } = room;
  if (!hint || room.phase !== "two_party" || hint.seq <= dismissed || room.recalled[hint.seq]) return undefined;
  const since = Object.values(room.invites).some((card) => (card.offered_seq ?? 0) > hint.seq);
  return since ? undefined : hint;
}

/**
 * What stands where the invite button is.
 * @param {object} view
 * @param {Room} view.room
 * @param {{enabled: boolean, entry: {mobile: boolean, desktop: boolean}} | undefined} view.state of the switch
 * @param {"mobile" | "desktop"} view.device
 * @param {boolean} view.outdated a newer client is advised (R18)
 * @param {{role: string, id: string}} view.me
 * @returns {{kind: "invite" | "withdraw" | "end" | "pending" | "closed", reason?: string, invite?: string}}
 */
export function entryOf({ room, state, device, outdated, me }) {
  if (room.phase === "three_party") return { kind: "end" };
  if (room.phase === "invite_pending") {
    const id = room.invite?.id;
    const card = room.invites[id] ?? room.invite;
    const mine = card?.inviter === "merchant" && card.by?.id === me.id && card.by?.role === me.role;
    return mine ? { kind: "withdraw", invite: id } : { kind: "pending" };
  }
  if (outdated) return { kind: "closed", reason: "client_outdated" }; // R18
  if (state && !state.entry[device]) return { kind: "closed", reason: "entry_closed" }; // R17
  if (state && !state.enabled) return { kind: "closed", reason: "switched_off" }; // R15
  return { kind: "invite" };
}

/**
 * The checks that stand in the way first, then those that could not be asked, then the rest.
 * @param {{rule: string, pass: boolean | null | undefined, reason?: string}[]} checks
 */
export function sortedChecks(checks) {
  const failed = checks.filter((check) => check.pass === false);
  const unasked = checks.filter((check) => check.pass !== true && check.pass !== false);
  return { failed, unasked, passed: checks.filter((check) => check.pass === true) };
}
