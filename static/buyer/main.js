// @ts-check
/**
 * The buyer's page: the only module that reads its address.
 *
 * `#token=…` names a token that the embedding platform made. In demo mode `id`, `shop` and `order`,
 * in the query or the fragment, are enough: the demo makes tokens for the asking.
 */
import { DEMO_SHOPS, demoToken } from "../lib/demo.js";
import { mount } from "./app.js";

const given = new URLSearchParams([
  ...new URLSearchParams(location.search),
  ...new URLSearchParams(location.hash.slice(1)),
]);
const field = (/** @type {string} */ name) => given.get(name) ?? undefined;
const token = field("token");
const id = field("id") ?? "demo-buyer-1";
const shop = field("shop") ?? (token ? undefined : "demo-shop-1");
const wanted = { role: "buyer", id, name: field("name") };

mount(/** @type {HTMLElement} */ (document.getElementById("app")), {
  identity: token ? `buyer:${subjectOf(token)}` : `buyer:${id}`,
  tokenProvider: token ? once(token) : () => demoToken("", wanted),
  shop,
  shopNames: shop && field("shop_name") ? { [shop]: /** @type {string} */ (field("shop_name")) } : DEMO_SHOPS,
  order: field("order"),
  locale: field("lang"),
  theme: /** @type {any} */ (field("theme")),
  titled: true,
});

/**
 * A given token works until the server refuses it; a page cannot make another.
 * @param {string} value
 * @returns {import("../lib/connection.js").TokenProvider}
 */
function once(value) {
  return (why) => (why === "first" ? value : Promise.reject(new Error("the token has ended")));
}

/** @param {string} jwt only to keep drafts of different people apart; the server checks the token */
function subjectOf(jwt) {
  try {
    const payload = jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(payload)).sub;
  } catch {
    return "unknown";
  }
}
