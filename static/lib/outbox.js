// @ts-check
/**
 * Messages on their way, by room, oldest first. Pure.
 *
 *   pending --ack--> sent --event--> (gone: the log has it)
 *   pending --event--> (gone)        pending --refused--> failed --retry, same ref--> pending
 */

/**
 * @typedef {object} Parcel
 * @property {string} ref
 * @property {string} room
 * @property {any} body
 * @property {number} at when it was written
 * @property {"pending" | "sent" | "failed"} state
 * @property {number} [seq] once acknowledged
 * @property {string} [code] why it failed
 */

/** @typedef {Parcel[]} Outbox */

/**
 * @param {Outbox} outbox
 * @param {{ref: string, room: string, body: any, at: number}} message
 * @returns {Outbox}
 */
export function posted(outbox, message) {
  if (outbox.some((parcel) => parcel.ref === message.ref)) return outbox;
  return [...outbox, { ...message, state: "pending" }];
}

/**
 * @param {Outbox} outbox
 * @param {string} ref
 * @param {Partial<Parcel>} change
 * @returns {Outbox}
 */
export function changed(outbox, ref, change) {
  return outbox.map((parcel) => (parcel.ref === ref ? { ...parcel, ...change } : parcel));
}

/**
 * @param {Outbox} outbox
 * @param {string} ref
 * @returns {Outbox}
 */
export function removed(outbox, ref) {
  const rest = outbox.filter((parcel) => parcel.ref !== ref);
  return rest.length === outbox.length ? outbox : rest;
}

/**
 * Takes out what the log has by now: acknowledged at a seq that was seen.
 * @param {Outbox} outbox
 * @param {string} room
 * @param {number} last
 * @returns {Outbox}
 */
export function settled(outbox, room, last) {
  const rest = outbox.filter((parcel) => parcel.room !== room || parcel.seq === undefined || parcel.seq > last);
  return rest.length === outbox.length ? outbox : rest;
}
