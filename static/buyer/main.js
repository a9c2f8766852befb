// @ts-check
/**
 * The buyer's page: the only module that reads its address.
 *
 * `#token=…` names a token that the embedding platform made. In demo mode `id`, `shop` and `order`,
 * in the query or the fragment, are enough: the demo makes tokens for the asking.
 */
import { addressFields, onceToken, subjectOf } from "../lib/address.js";
import { DEMO_SHOPS, demoToken } from "../lib/demo.js";
import { mount } from "./app.js";

const field = addressFields(location);
const token = field("token");
const id = field("id") ?? "demo-buyer-1";
const shop = field("shop") ?? (token ? undefined : "demo-shop-1");
const shopName = field("shop_name");
const wanted = { role: "buyer", id, name: field("name") };

mount(/** @type {HTMLElement} */ (document.getElementById("app")), {
  identity: `buyer:${token ? subjectOf(token) : id}`,
  tokenProvider: token ? onceToken(token) : () => demoToken("", wanted),
  shop,
  shopNames: shop && shopName ? { [shop]: shopName } : DEMO_SHOPS,
  order: field("order"),
  locale: field("lang"),
  theme: /** @type {any} */ (field("theme")),
  titled: true,
});
