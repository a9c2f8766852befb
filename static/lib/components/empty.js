// @ts-check
import { html } from "../html.js";
import { Dots } from "./marks.js";

/**
 * A state with nothing to show: one line, one action.
 * @param {{title: string, hint?: string, action?: string, onAction?: () => void, busy?: boolean, three?: boolean}} props
 * three: a courier agent takes part
 */
export function Empty({ title, hint, action, onAction, busy, three }) {
  return html`<div class="sf-empty" role="status">
    ${busy ? html`<span class="sf-spinner"></span>` : html`<${Dots} three=${three} />`}
    <strong>${title}</strong>
    ${hint ? html`<p>${hint}</p>` : null}
    ${action ? html`<button type="button" class="sf-btn" onClick=${onAction}>${action}</button>` : null}
  </div>`;
}
