// @ts-check
/** What a session does to a room's round, as the bar and its reasons say it (R22–R31). Pure. */

/** @typedef {import("../lib/room.js").Room} Room */

/**
 * @param {Room} room in three parties
 * @returns {{stopped: boolean, since_at?: number, waited_ms?: number, shown?: number}}
 * `stopped`: a round ran at the acceptance and was made void; `waited_ms`: it was late already and
 * stays so (R31); `shown`: when the round opened that ticks in the session and never counts (R30)
 */
export function exemptionOf(room) {
  const { timer, session } = room;
  const since_at = session?.accepted_at ?? room.sessions[session?.id]?.accepted_at ?? session?.since_at;
  const mine = timer?.closed_at !== undefined && since_at !== undefined && timer.closed_at >= since_at;
  return {
    since_at,
    stopped: timer?.state === "void" && timer.reason === "session_opened",
    waited_ms: mine && timer.state === "late" ? timer.closed_at - timer.opened_at : undefined,
    shown: timer?.state === "not_assessed" && timer.closed_at === undefined && timer.rule === "R30" ? timer.opened_at : undefined,
  };
}

/**
 * Whether a session ended and the buyer has not written since: the next message counts again.
 * @param {Room} room
 */
export function resumesAfter(room) {
  if (room.phase === "three_party") return false;
  const last = room.events.findLast(
    ({ event, by }) => event.kind === "session_ended" || (event.kind === "message_posted" && by.role === "buyer"),
  );
  return last?.event.kind === "session_ended";
}

/**
 * The messages of a room with their verdicts, newest first.
 * @param {Room} room
 * @param {{seq: number, measure: string, counted: boolean, rule: string, version: string, phase: string}[]} verdicts
 */
export function explained(room, verdicts) {
  /** @type {Map<number, any[]>} */
  const bySeq = new Map();
  for (const verdict of verdicts) bySeq.set(verdict.seq, [...(bySeq.get(verdict.seq) ?? []), verdict]);
  const known = new Map(room.events.map((envelope) => [envelope.seq, envelope]));
  return [...bySeq]
    .sort(([a], [b]) => b - a)
    .map(([seq, list]) => ({ seq, verdicts: list, envelope: known.get(seq), counted: list.some((verdict) => verdict.counted) }));
}
