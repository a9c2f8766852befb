// @ts-check
import { mountApp } from "../lib/app.js";
import { Courier } from "./courier.js";

/**
 * The desk of one agent of a courier company, in any element.
 * @param {HTMLElement} el
 * @param {Partial<import("../lib/app.js").AppOptions> & {identity: string}} options
 */
export function mount(el, options) {
  return mountApp(el, { device: "desktop", ...options, role: "logistics" }, Courier);
}
