// @ts-check
import { html, useEffect, useRef } from "../html.js";
import { useApp } from "../app.js";

const SIGNS = Array.from("😀😄😂😊😍😘🤗🤔😅😭😢😡😱🥺😴🙄👍👌🙏👏💪🤝👋✌❤💔🌹🎉🎁📦🚚🏠⏰📞💰🛒✅❌❓❗");
const ACROSS = 8;
const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -ACROSS, ArrowDown: ACROSS });

/**
 * A small grid of signs; arrows walk through it, Escape closes it.
 * @param {{onPick: (sign: string) => void, onClose: () => void}} props
 */
export function EmojiPicker({ onPick, onClose }) {
  const { t } = useApp();
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    /** @type {HTMLElement | null} */ (box.current?.firstElementChild ?? null)?.focus();
  }, []);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") onClose();
    const step = STEPS[event.key];
    if (!step || !box.current) return;
    event.preventDefault();
    const all = /** @type {HTMLElement[]} */ ([...box.current.children]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[(at + step + all.length) % all.length].focus();
  };
  return html`<div class="sf-emoji" role="group" aria-label=${t("compose.emoji")} ref=${box} onKeyDown=${onKeyDown}>
    ${SIGNS.map((sign, i) => html`<button type="button" key=${sign} tabindex=${i === 0 ? 0 : -1} onClick=${() => onPick(sign)}>${sign}</button>`)}
  </div>`;
}
