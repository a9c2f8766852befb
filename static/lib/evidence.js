// @ts-check
/** Where words stand in a text. Pure. */

/**
 * A text cut at the words that led to something; overlapping words become one piece.
 * @param {string} text
 * @param {string[]} evidence
 * @returns {{text: string, hit: boolean}[]}
 */
export function marked(text, evidence) {
  const hits = new Array(text.length).fill(false);
  for (const words of evidence) {
    for (let at = words ? text.indexOf(words) : -1; at >= 0; at = text.indexOf(words, at + 1)) hits.fill(true, at, at + words.length);
  }
  /** @type {{text: string, hit: boolean}[]} */
  const pieces = [];
  hits.forEach((hit, i) => {
    const last = pieces.at(-1);
    if (last && last.hit === hit) last.text += text[i];
    else pieces.push({ text: text[i], hit });
  });
  return pieces;
}

/**
 * The words without those that stand inside others.
 * @param {string[]} evidence
 */
export const longest = (evidence) => {
  const distinct = [...new Set(evidence)];
  return distinct.filter((words) => !distinct.some((other) => other !== words && other.includes(words)));
};
