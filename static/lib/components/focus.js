// @ts-check
import { useMemo, useRef } from "../html.js";

/**
 * Moves the focus with the eye: into the input of the chat that was opened, and back to its row.
 * With fingers it goes to the way back instead, as an input would bring up the keyboard.
 */
export function useFocus() {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  return useMemo(() => {
    const to = (/** @type {string} */ selector) =>
      requestAnimationFrame(() => {
        if (root.current?.querySelector("[aria-modal='true']")) return; // opened meanwhile, it has the focus
        /** @type {HTMLElement | null} */ (root.current?.querySelector(selector))?.focus();
      });
    const fingers = () => globalThis.matchMedia("(pointer: coarse)").matches;
    return {
      root,
      toChat: () => to(fingers() ? ".sf-stage .sf-narrow-only" : ".sf-stage .sf-field > textarea"),
      toList: () => to(".sf-row-button[aria-current]"),
    };
  }, []);
}
