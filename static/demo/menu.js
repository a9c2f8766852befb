// @ts-check
/** A button that opens a list of things to do; keys as in a desktop menu. */
import { html, useEffect, useId, useRef, useState } from "../lib/html.js";

/**
 * @typedef {{label: string, onChoose?: () => void, href?: string, checked?: boolean, disabled?: boolean, hint?: string} | "line"} Item
 *
 * @param {{label: string, items: Item[], children?: any, tone?: string, id?: string, start?: boolean}} props
 * `label` names the button where its content is a sign only
 */
export function Menu({ label, items, children, tone, id, start }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const own = useId();
  const close = (/** @type {boolean} */ back) => {
    setOpen(false);
    if (back) button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector("[role^=menuitem]"))?.focus();
    const outside = (/** @type {any} */ event) => !box.current?.contains(event.target) && close(false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (!open) return;
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") close(false);
    else if (box.current && walk(box.current, event.key)) event.preventDefault();
  };
  const choose = (/** @type {any} */ item) => {
    if (item.disabled) return;
    close(true);
    item.onChoose?.();
  };
  return html`<div class="demo-menu" ref=${box} onKeyDown=${onKeyDown} data-start=${start ? "" : undefined}>
    <button type="button" class="sf-btn" id=${id} data-tone=${tone} ref=${button} aria-label=${children ? label : undefined} title=${label}
      aria-haspopup="menu" aria-expanded=${open} aria-controls=${open ? own : undefined} onClick=${() => setOpen(!open)}>${children ?? label}</button>
    ${open
      ? html`<ul id=${own} class="demo-menu-list" role="menu" aria-label=${label}>
          ${items.map((item, place) => (item === "line" ? html`<li role="separator" key=${place}></li>` : html`<${Choice} key=${place} item=${item} onChoose=${choose} />`))}
        </ul>`
      : null}
  </div>`;
}

/** @param {{item: any, onChoose: (item: any) => void}} props */
function Choice({ item, onChoose }) {
  const role = item.checked === undefined ? "menuitem" : "menuitemcheckbox";
  const content = html`<span class="sf-grow">${item.label}</span>${item.checked ? html`<span aria-hidden="true">✓</span>` : null}
    ${item.hint ? html`<span class="sf-quiet">${item.hint}</span>` : null}`;
  const press = () => onChoose(item);
  return html`<li role="none">
    ${item.href
      ? html`<a role="menuitem" tabindex="-1" href=${item.href} target="_blank" rel="noopener" onClick=${press}>${content}</a>`
      : html`<button type="button" role=${role} tabindex="-1" aria-checked=${item.checked} aria-disabled=${item.disabled} onClick=${press}>${content}</button>`}
  </li>`;
}

/** @param {HTMLElement} box @param {string} key @returns {boolean} whether the key was one of a menu */
function walk(box, key) {
  const items = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("[role^=menuitem]")]);
  const here = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const places = { ArrowDown: (here + 1) % items.length, ArrowUp: (here - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
  const place = /** @type {Record<string, number>} */ (places)[key];
  if (place === undefined) return false;
  items[place]?.focus();
  return true;
}
