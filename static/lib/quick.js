// @ts-check
/** Finding a quick reply by a few letters. Pure. */

/** @typedef {{code: string, title: string, text: string}} QuickReply */

/**
 * Those whose code begins with the query first, then those that hold it anywhere.
 * @param {QuickReply[]} replies
 * @param {string} query
 */
export function found(replies, query) {
  const wanted = query.trim().toLowerCase();
  const begins = (/** @type {QuickReply} */ { code, title }) => code.startsWith(wanted) || title.toLowerCase().startsWith(wanted);
  const holds = (/** @type {QuickReply} */ { code, title, text }) => `${code} ${title} ${text}`.toLowerCase().includes(wanted);
  return [...replies.filter(begins), ...replies.filter((reply) => !begins(reply) && holds(reply))];
}

/**
 * The choice that an arrow leads to; it goes round.
 * @param {number} at
 * @param {string} key
 * @param {number} length
 */
export function choiceAfter(at, key, length) {
  if (length === 0) return 0;
  const step = key === "ArrowDown" ? 1 : -1;
  return (at + step + length) % length;
}

/**
 * The replies of a page, from its words `<prefix>.<code>.title` and `.text`.
 * @param {string[]} codes
 * @param {string} prefix
 * @param {(key: string) => string} t
 * @returns {QuickReply[]}
 */
export const quickReplies = (codes, prefix, t) =>
  codes.map((code) => ({ code, title: t(`${prefix}.${code}.title`), text: t(`${prefix}.${code}.text`) }));
