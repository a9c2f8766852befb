// @ts-check
const SAME_KEY_MS = 40; // a person cannot press Enter again this soon after composing

/**
 * Tells an Enter that sends from one that an input method takes for itself.
 *
 * Chromium and Firefox mark the key (`isComposing`, keyCode 229) before `compositionend`; WebKit
 * fires `compositionend` first and then an ordinary Enter, which belongs to the composition too.
 * @param {() => number} now
 */
export function openImeGuard(now = () => performance.now()) {
  let composing = false;
  let ended_at = -Infinity;
  return {
    onCompositionStart: () => {
      composing = true;
    },
    onCompositionEnd: () => {
      composing = false;
      ended_at = now();
    },
    /** Releases the key that ended a composition: the next Enter is a new one. */
    onKeyUp: () => {
      ended_at = -Infinity;
    },
    /** @param {{key: string, isComposing?: boolean, keyCode?: number, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean, metaKey?: boolean}} event */
    sends: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.altKey) return false;
      if (composing || event.isComposing || event.keyCode === 229) return false;
      return now() - ended_at > SAME_KEY_MS;
    },
  };
}
