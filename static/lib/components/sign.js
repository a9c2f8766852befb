// @ts-check
import { html } from "../html.js";

/**
 * A drawn sign in the colour of the text around it; what it means is said beside it.
 * @param {{size?: number, weight?: number, children?: any}} props paths on a grid of 24
 */
export function Sign({ size = 18, weight = 1.7, children }) {
  return html`<svg width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width=${weight}
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${children}</svg>`;
}
