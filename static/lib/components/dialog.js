// @ts-check
import { html, useId, useLayoutEffect, useRef } from "../html.js";
import { useApp } from "../app.js";

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select, [tabindex='0']";

/**
 * A sheet on a narrow pane, a dialog on a wide one. Tab stays inside, Escape and the veil close it,
 * and the focus goes back to where it came from.
 * @param {{title: string, onClose: () => void, children?: any, footer?: any}} props
 */
export function Dialog({ title, onClose, children, footer }) {
  const { t } = useApp();
  const id = useId();
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  // Before the paint: a key that follows at once must find the focus here, or back where it was.
  useLayoutEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const first = box.current?.querySelector("[data-autofocus]:not(:disabled)") ?? box.current;
    /** @type {HTMLElement} */ (first)?.focus();
    return () => before?.focus?.();
  }, []);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    if (event.key === "Tab" && box.current) keepInside(event, box.current);
  };
  const onVeil = (/** @type {MouseEvent} */ event) => event.target === event.currentTarget && onClose();
  return html`<div class="sf-veil" onMouseDown=${onVeil}>
    <section class="sf-sheet" role="dialog" aria-modal="true" aria-labelledby=${id} tabindex="-1" ref=${box} onKeyDown=${onKeyDown}>
      <header>
        <h2 id=${id} class="sf-grow">${title}</h2>
        <button type="button" class="sf-btn" data-tone="quiet" data-size="icon" aria-label=${t("action.close")} onClick=${onClose}>✕</button>
      </header>
      <div class="sf-body">${children}</div>
      ${footer ? html`<footer>${footer}</footer>` : null}
    </section>
  </div>`;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} box
 */
function keepInside(event, box) {
  const all = [.../** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(FOCUSABLE))].filter((el) => el.offsetParent);
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return;
  const active = document.activeElement;
  if (event.shiftKey && (active === first || active === box)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && active === last) {
    event.preventDefault();
    first.focus();
  }
}

/**
 * Asks once before a step that cannot be taken back.
 * @param {{title: string, body: string, yes: string, no: string, danger?: boolean, onYes: () => void, onNo: () => void}} props
 */
export function Confirm({ title, body, yes, no, danger, onYes, onNo }) {
  const footer = html`
    <button type="button" class="sf-btn" onClick=${onNo}>${no}</button>
    <button type="button" class="sf-btn" data-tone=${danger ? "danger" : "primary"} data-autofocus onClick=${onYes}>${yes}</button>
  `;
  return html`<${Dialog} title=${title} onClose=${onNo} footer=${footer}><p>${body}</p><//>`;
}
