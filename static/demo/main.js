// @ts-check
/** The demo's entry: the only module that reads the page's address (`?lang=en&theme=dark`). */
import { html, render } from "../lib/html.js";
import { DemoShell, WIDE } from "./context.js";
import { Demo } from "./demo.js";
import { Stage } from "./stage.js";
import "./words.js";

const given = new URLSearchParams(location.search);
const asked = { locale: given.get("lang") ?? undefined, theme: given.get("theme") ?? undefined };
const root = /** @type {HTMLElement} */ (document.getElementById("demo"));
const stage = new Stage();
stage.wide = matchMedia(WIDE).matches;
render(html`<${DemoShell} stage=${stage} ...${asked}><${Demo} /><//>`, root);
