// @ts-check
/** Who takes part in the demo, and how each one's app comes into its pane. */
import { mount as mountBuyer } from "../buyer/app.js";
import { mount as mountCourier } from "../courier/app.js";
import { DEMO_SHOPS } from "../lib/demo.js";
import { mount as mountMerchant } from "../merchant/app.js";

/**
 * @typedef {object} Actor
 * @property {string} key
 * @property {"buyer" | "merchant" | "courier"} pane
 * @property {"buyer" | "merchant" | "logistics"} role
 * @property {string} id as seeded
 * @property {string} name as seeded
 * @property {string} [shop]
 * @property {string} [carrier]
 */

const SHOP = "demo-shop-1";
const BUYERS = ["林一", "陈酒", "阿福", "白露", "何夕", "苏禾"]; // demo-buyer-1 to -6

/** @type {Actor[]} */
export const ALL_BUYERS = BUYERS.map((name, place) => {
  const id = `demo-buyer-${place + 1}`;
  return { key: `buyer:${id}`, pane: "buyer", role: "buyer", id, name };
});

/** @type {Actor} */
export const MERCHANT = {
  key: `merchant:${SHOP}:demo-agent-1`,
  pane: "merchant",
  role: "merchant",
  id: "demo-agent-1",
  name: "小满",
  shop: SHOP,
};

/** @type {Actor} */
export const COURIER = {
  key: "logistics:sto:demo-sto-1",
  pane: "courier",
  role: "logistics",
  id: "demo-sto-1",
  name: "周岚",
  carrier: "sto",
};

const MOUNTS = { buyer: mountBuyer, merchant: mountMerchant, courier: mountCourier };

/**
 * @param {HTMLElement} el
 * @param {Actor} actor
 * @param {Record<string, any>} options
 */
export function mountActor(el, actor, options) {
  const identity = { identity: actor.key, ...(actor.role === "buyer" ? { shop: SHOP } : {}) };
  const storage = actor.role === "merchant" ? browserStorage() : silent(browserStorage());
  return /** @type {any} */ (MOUNTS[actor.pane])(el, { ...identity, shopNames: DEMO_SHOPS, theme: "system", storage, ...options });
}

/** What the demo's token is for. @param {Actor} actor */
export function tokenWish({ role, id, shop, carrier }) {
  return { role, id, ...(shop ? { shop } : {}), ...(carrier ? { carrier } : {}) };
}

/** @returns {Storage | undefined} */
function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/**
 * The same storage in which the sound is off: of three panes in one page only the merchant's is
 * heard, so that one hears R25.
 * @param {Storage | undefined} storage
 * @returns {any}
 */
function silent(storage) {
  return {
    getItem: (/** @type {string} */ key) => (key === "sanfang:sound" ? '"off"' : (storage?.getItem(key) ?? null)),
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => key !== "sanfang:sound" && storage?.setItem(key, value),
    removeItem: (/** @type {string} */ key) => storage?.removeItem(key),
  };
}
