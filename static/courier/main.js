// @ts-check
/**
 * The desk's page: the only module that reads its address.
 *
 * `#token=…` names a token that the platform made. In demo mode `id` and `carrier` are enough.
 */
import { addressFields, onceToken, subjectOf } from "../lib/address.js";
import { DEMO_SHOPS, demoToken } from "../lib/demo.js";
import { mount } from "./app.js";

const field = addressFields(location);
const token = field("token");
const id = field("id") ?? "demo-sto-1";
const carrier = field("carrier") ?? /^demo-([a-z]+)-/.exec(id)?.[1] ?? "sto";

mount(/** @type {HTMLElement} */ (document.getElementById("app")), {
  identity: token ? `logistics:${subjectOf(token)}` : `logistics:${carrier}:${id}`,
  tokenProvider: token ? onceToken(token) : () => demoToken("", { role: "logistics", id, carrier, name: field("name") }),
  shopNames: DEMO_SHOPS,
  locale: field("lang"),
  theme: /** @type {any} */ (field("theme")),
  titled: true,
});
