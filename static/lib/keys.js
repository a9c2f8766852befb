// @ts-check
/** Chords of keys, as a person presses and as a sheet shows them. Pure. */

/**
 * "alt+KeyI" for Alt and the key that is I on a Latin keyboard; "" for a key without a modifier.
 * @param {{altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean, code: string}} event
 */
export function chordOf({ altKey, ctrlKey, metaKey, shiftKey, code }) {
  if (!altKey && !ctrlKey && !metaKey) return "";
  const held = [altKey && "alt", (ctrlKey || metaKey) && "mod", shiftKey && "shift"].filter(Boolean);
  return [...held, code].join("+");
}

/** @type {Record<string, string>} */
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", Slash: "/" };

/**
 * @param {string} chord
 * @param {boolean} mac
 * @returns {string[]}
 */
export function keysOf(chord, mac) {
  /** @type {Record<string, string>} */
  const held = mac ? { alt: "⌥", mod: "⌘", shift: "⇧" } : { alt: "Alt", mod: "Ctrl", shift: "Shift" };
  return chord.split("+").map((key) => held[key] ?? NAMES[key] ?? key.replace(/^Key|^Digit/, ""));
}
