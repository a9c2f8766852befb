// @ts-check
/**
 * The workbench's page: the only module that reads its address.
 *
 * `#token=…` names a token that the platform made. In demo mode `id` and `shop` are enough.
 */
import { DEMO_SHOPS, demoToken } from "../lib/demo.js";
import { addressFields, onceToken, subjectOf } from "../lib/address.js";
import { mount } from "./app.js";

const field = addressFields(location);
const token = field("token");
const id = field("id") ?? "demo-agent-1";
const shop = field("shop") ?? "demo-shop-1";
const narrow = matchMedia("(pointer: coarse)").matches;

mount(/** @type {HTMLElement} */ (document.getElementById("app")), {
  identity: token ? `merchant:${subjectOf(token)}` : `merchant:${shop}:${id}`,
  tokenProvider: token ? onceToken(token) : () => demoToken("", { role: "merchant", id, shop, name: field("name") }),
  shopNames: field("shop_name") ? { [shop]: /** @type {string} */ (field("shop_name")) } : DEMO_SHOPS,
  device: field("device") === "mobile" || narrow ? "mobile" : "desktop",
  room: field("room"),
  locale: field("lang"),
  theme: /** @type {any} */ (field("theme")),
  titled: true,
});
