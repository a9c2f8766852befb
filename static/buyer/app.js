// @ts-check
import { mountApp } from "../lib/app.js";
import { Buyer } from "./buyer.js";

/**
 * The buyer's conversation with one shop, in any element.
 * @param {HTMLElement} el
 * @param {Partial<import("../lib/app.js").AppOptions> & {identity: string, shop?: string, order?: string}} options
 * `shop` opens that shop's room, `order` says what it is about
 */
export function mount(el, { shop, order, ...options }) {
  return mountApp(el, { device: "mobile", ...options, role: "buyer" }, Buyer, { shop, order });
}
