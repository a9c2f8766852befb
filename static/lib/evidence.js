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

const MOST = 4; // messages that are read together, as the server does

/**
 * A piece in one line: one that spans messages has a line break.
 * @param {string} words
 */
export const oneLine = (words) => words.split(/\s*\n\s*/).filter(Boolean).join(" / ");

/**
 * Where the words that led to platform cards stand in the buyer's messages, by their seq.
 * @param {import("./room.js").Room} room
 * @returns {Map<number, ReturnType<typeof marked>>}
 */
export function traces(room) {
  const found = new Map();
  for (const { trigger, evidence } of Object.values(room.invites)) {
    const said = evidence?.length ? burstAt(room, trigger) : [];
    const pieces = marked(said.map(({ event }) => event.body.text).join("\n"), evidence ?? []);
    linesOf(pieces, said).forEach((line, seq) => line.some(({ hit }) => hit) && found.set(seq, line));
  }
  return found;
}

/**
 * The message that brought a card and the buyer's texts right before it, as far as they are at hand.
 * @param {import("./room.js").Room} room
 * @param {number} trigger
 */
function burstAt(room, trigger) {
  const posted = room.events.filter(({ event, seq }) => event.kind === "message_posted" && seq <= trigger && !room.recalled[seq]);
  const answered = posted.findLastIndex(({ by, event }) => by.role !== "buyer" || event.body?.kind !== "text");
  return posted.slice(answered + 1).slice(-MOST);
}

/**
 * The pieces of joined texts, given back to each text.
 * @param {ReturnType<typeof marked>} pieces
 * @param {import("./room.js").Envelope[]} said
 */
function linesOf(pieces, said) {
  /** @type {Map<number, ReturnType<typeof marked>>} */
  const lines = new Map();
  let rest = pieces;
  for (const { seq, event } of said) {
    const [line, after] = cutAt(rest, event.body.text.length);
    lines.set(seq, line);
    rest = cutAt(after, 1)[1]; // the line break between two texts
  }
  return lines;
}

/** @param {ReturnType<typeof marked>} pieces @param {number} length @returns {ReturnType<typeof marked>[]} what is before and after */
function cutAt(pieces, length) {
  const before = [];
  const after = [];
  let left = length;
  for (const { text, hit } of pieces) {
    const head = text.slice(0, left);
    const tail = text.slice(left);
    if (head) before.push({ text: head, hit });
    if (tail) after.push({ text: tail, hit });
    left = Math.max(0, left - text.length);
  }
  return [before, after];
}

/**
 * The words without those that stand inside others.
 * @param {string[]} evidence
 */
export const longest = (evidence) => {
  const distinct = [...new Set(evidence)];
  return distinct.filter((words) => !distinct.some((other) => other !== words && other.includes(words)));
};
