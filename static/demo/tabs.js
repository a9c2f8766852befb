// @ts-check
import { html, useRef } from "../lib/html.js";
import { useDemo } from "./context.js";

/**
 * Tabs with arrow keys.
 * @param {object} props
 * @param {string} props.name
 * @param {{id: string, label: string, news?: boolean, off?: boolean, panel: string}[]} props.tabs
 * @param {string} props.shown
 * @param {(id: string) => void} props.onShow
 * @param {string} props.label
 * @param {boolean} [props.small]
 */
export function Tabs({ name, tabs, shown, onShow, label, small }) {
  const { t } = useDemo();
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const here = tabs.findIndex((tab) => tab.id === shown);
    const next = tabs[(here + by + tabs.length) % tabs.length];
    onShow(next.id);
    /** @type {HTMLElement | null | undefined} */ (list.current?.querySelector(`[data-tab="${next.id}"]`))?.focus();
  };
  return html`<div class="demo-tabs" role="tablist" aria-label=${label} data-small=${small ? "" : undefined} ref=${list} onKeyDown=${onKeyDown}>
    ${tabs.map((tab) => html`<button type="button" role="tab" key=${tab.id} id=${`${name}-tab-${tab.id}`} data-tab=${tab.id} aria-selected=${tab.id === shown}
      aria-controls=${tab.panel} tabindex=${tab.id === shown ? 0 : -1} onClick=${() => onShow(tab.id)}>
      ${tab.label}${tab.off ? html`<span class="demo-off"> · ${t("demo.offline")}</span>` : null}
      ${tab.news ? html`<i class="demo-dot"><span class="sf-hidden">${t("demo.news")}</span></i>` : null}
    </button>`)}
  </div>`;
}
