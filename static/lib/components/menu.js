// @ts-check
/** A button that opens a list of things to do; keys as in a desktop menu. */
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from "../html.js";
import { placeBeside } from "../place.js";

/**
 * @typedef {{label: string, onChoose?: () => void, href?: string, checked?: boolean, chosen?: boolean, disabled?: boolean, hint?: string} | "line"} Item
 * `checked` is an item that is on or off, `chosen` one of which there is always one
 *
 * @param {{label: string, items: Item[], children?: any, tone?: string, title?: string}} props
 * `label` names the button where its content is a sign only, `title` stands above the list
 */
export function Menu({ label, items, children, tone, title }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const id = useId();
  const close = (/** @type {boolean} */ back) => {
    setOpen(false);
    if (back) button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const outside = (/** @type {any} */ event) => !box.current?.contains(event.target) && close(false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (!open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    } else if (event.key === "Tab") close(false);
    else if (box.current && walk(box.current, event.key)) event.preventDefault();
  };
  const choose = (/** @type {any} */ item) => {
    if (item.disabled) return;
    close(true);
    item.onChoose?.();
  };
  return html`<div class="sf-menu" ref=${box} onKeyDown=${onKeyDown}>
    <button type="button" class="sf-btn" data-tone=${tone} ref=${button} aria-label=${children ? label : undefined} title=${children ? label : undefined}
      aria-haspopup="menu" aria-expanded=${open} aria-controls=${open ? id : undefined} onClick=${() => setOpen(!open)}>${children ?? label}</button>
    ${open ? html`<${List} id=${id} name=${title ?? label} title=${title} items=${items} button=${button} onChoose=${choose} />` : null}
  </div>`;
}

/**
 * The list in the top layer, where no pane cuts it off.
 * @param {{id: string, name: string, title?: string, items: Item[], button: {current: HTMLElement | null}, onChoose: (item: any) => void}} props
 */
function List({ id, name, title, items, button, onChoose }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const el = /** @type {HTMLElement} */ (list.current);
    const place = () => button.current && Object.assign(el.style, placeBeside(button.current.getBoundingClientRect(), el.scrollHeight, el.offsetWidth, globalThis));
    el.showPopover?.(); // where it is missing, the list lies in its pane
    place();
    /** @type {HTMLElement | null} */ (el.querySelector("[role^=menuitem]"))?.focus();
    addEventListener("resize", place);
    document.addEventListener("scroll", place, true);
    return () => {
      removeEventListener("resize", place);
      document.removeEventListener("scroll", place, true);
    };
  }, []);
  return html`<div class="sf-menu-list" popover="manual" ref=${list}>
    ${title ? html`<p aria-hidden="true">${title}</p>` : null}
    <ul id=${id} role="menu" aria-label=${name}>
      ${items.map((item, place) => (item === "line" ? html`<li role="separator" key=${place}></li>` : html`<${Choice} key=${place} item=${item} onChoose=${onChoose} />`))}
    </ul>
  </div>`;
}

/** @param {{item: any, onChoose: (item: any) => void}} props */
function Choice({ item, onChoose }) {
  const on = item.chosen ?? item.checked;
  const role = item.chosen !== undefined ? "menuitemradio" : item.checked !== undefined ? "menuitemcheckbox" : "menuitem";
  const content = html`<span class="sf-grow">${item.label}</span>
    ${item.hint ? html`<span class="sf-quiet">${item.hint}</span>` : null}${on ? html`<span aria-hidden="true">✓</span>` : null}`;
  const press = () => onChoose(item);
  return html`<li role="none">
    ${item.href
      ? html`<a role="menuitem" tabindex="-1" href=${item.href} target="_blank" rel="noopener" onClick=${press}>${content}</a>`
      : html`<button type="button" role=${role} tabindex="-1" aria-checked=${on} aria-disabled=${item.disabled} onClick=${press}>${content}</button>`}
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
