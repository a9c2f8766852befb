// @ts-check
/** Buyer, merchant and courier: side by side where it is wide, else one tab each. */
import { html, useEffect, useRef } from "../lib/html.js";
import { ALL_BUYERS, COURIER, MERCHANT } from "./actors.js";
import { useDemo, useStage } from "./context.js";
import { Inspector } from "./inspector.js";
import { Tabs } from "./tabs.js";

export const PANES = ["buyer", "merchant", "courier"];

/** @param {{wide: boolean, shown: string, onShow: (pane: string) => void}} props */
export function Panes({ wide, shown, onShow }) {
  const { t, stage } = useDemo();
  const news = useStage((state) => state.news);
  const generation = useStage((state) => state.generation);
  const empty = useStage((state) => state.empty);
  useEffect(() => {
    if (news[shown]) stage.store.dispatch({ news: { ...news, [shown]: false } });
  }, [news, shown]);
  const tabs = [...PANES, "frames"].map((id) => ({ id, label: t(`demo.pane.${id}`), news: !wide && id !== shown && news[id], panel: `pane-${id}` }));
  const pane = (/** @type {string} */ id, /** @type {any} */ content) => html`<${Pane} key=${id} id=${id} wide=${wide} shown=${shown === id}>${content}<//>`;
  return html`<main class="demo-main">
    ${wide ? null : html`<${Tabs} name="pane" tabs=${tabs} shown=${shown} onShow=${onShow} label=${t("demo.panes")} />`}
    <div class="demo-panes">
      ${pane("buyer", empty ? null : html`<${Buyers} key=${generation} />`)}
      ${pane("merchant", empty ? null : html`<${Actor} key=${generation} actor=${MERCHANT} />`)}
      ${pane("courier", empty ? null : html`<${Actor} key=${generation} actor=${COURIER} />`)}
      ${wide ? null : pane("frames", shown === "frames" ? html`<${Inspector} />` : null)}
    </div>
  </main>`;
}

/** @param {any} props */
function Pane({ id, wide, shown, children }) {
  const { t } = useDemo();
  const known = id === "frames" ? "frames.title" : `demo.paneTitle.${id}`;
  const named = wide ? { role: "region", "aria-label": t(known) } : { role: "tabpanel", "aria-labelledby": `pane-tab-${id}` };
  return html`<section class="sf-pane demo-pane" id=${`pane-${id}`} data-pane=${id} hidden=${!wide && !shown} ...${named}>${children}</section>`;
}

/** One buyer, or several behind tabs of their own. */
function Buyers() {
  const { t, stage } = useDemo();
  const keys = useStage((state) => state.buyers);
  const current = useStage((state) => state.buyer);
  const links = useStage((state) => state.links);
  const there = ALL_BUYERS.filter(({ key }) => keys.includes(key));
  const tabs = there.map(({ key, id, name }) => ({ id: key, label: name, news: false, off: links[key] === "offline", panel: `buyer-${id}` }));
  const several = there.length > 1;
  const show = (/** @type {string} */ key) => stage.store.dispatch({ buyer: key });
  return html`
    ${several ? html`<${Tabs} name="buyer" tabs=${tabs} shown=${current} onShow=${show} label=${t("demo.buyers")} small />` : null}
    ${there.map((actor) => html`<div class="demo-buyer" key=${actor.key} id=${`buyer-${actor.id}`} hidden=${actor.key !== current}
      role=${several ? "tabpanel" : undefined} aria-labelledby=${several ? `buyer-tab-${actor.key}` : undefined}><${Actor} actor=${actor} /></div>`)}
  `;
}

/** An app of its own, which draws itself. @param {{actor: import("./actors.js").Actor}} props */
function Actor({ actor }) {
  const { stage, locale } = useDemo();
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => stage.mount(/** @type {HTMLElement} */ (box.current), actor, locale), [actor.key]);
  return html`<div class="demo-app" ref=${box}></div>`;
}
