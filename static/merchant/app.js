// @ts-check
import { mountApp } from "../lib/app.js";
import { Merchant } from "./merchant.js";

/**
 * The workbench of one agent of a shop, in any element.
 * @param {HTMLElement} el
 * @param {Partial<import("../lib/app.js").AppOptions> & {identity: string, room?: string, opensFirst?: boolean}} options
 * `room` is the conversation to begin with; `opensFirst`, there by default where the page is not its own,
 * opens the first one that comes
 */
export function mount(el, { room, opensFirst, ...options }) {
  /** @type {{select: (room: string) => void}} */
  const desk = { select: () => {} };
  const handle = mountApp(el, { device: "desktop", ...options, role: "merchant" }, Merchant, { room, desk, opensFirst: opensFirst ?? !options.titled });
  return { ...handle, select: (/** @type {string} */ id) => desk.select(id) };
}
