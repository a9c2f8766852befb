// @ts-check
import { html, useEffect, useState } from "../lib/html.js";
import { WIDE, useDemo, useMedia, useStage } from "./context.js";
import { Dock } from "./dock.js";
import { Header, Mark } from "./header.js";
import { Panes } from "./panes.js";
import { ResetQuestion } from "./reset.js";
import { Tour } from "./tour.js";

const NOTICE_MS = 4_000;

/** The page: header, three panes, inspector, and the tour above them. */
export function Demo() {
  const wide = useMedia(WIDE);
  const absent = useStage((state) => state.absent);
  const [shown, setShown] = useState("buyer");
  const [touring, setTouring] = useState(false);
  const [asking, setAsking] = useState(false);
  if (absent) return html`<${NoDemo} />`;
  return html`<div class="demo-page" data-wide=${String(wide)}>
    <${Header} wide=${wide} touring=${touring} onTour=${() => setTouring(!touring)} onReset=${() => setAsking(true)} />
    ${touring ? html`<${Tour} wide=${wide} onShow=${setShown} onEnd=${() => setTouring(false)} />` : null}
    <${Panes} wide=${wide} shown=${shown} onShow=${setShown} />
    ${wide ? html`<${Dock} />` : null}
    ${asking ? html`<${ResetQuestion} onClose=${() => setAsking(false)} />` : null}
    <${Notice} />
  </div>`;
}

/** What went wrong, for a moment. */
function Notice() {
  const { stage } = useDemo();
  const notice = useStage((state) => state.notice);
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => stage.store.dispatch({ notice: "" }), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return html`<div class="demo-notice" role="status">${notice ? html`<p class="sf-toast">${notice}</p>` : null}</div>`;
}

function NoDemo() {
  const { t } = useDemo();
  return html`<main class="sf-empty demo-absent"><${Mark} /><strong><h1>${t("demo.noDemo")}</h1></strong><p>${t("demo.noDemoHint")}</p>
    <button type="button" class="sf-btn" onClick=${() => location.reload()}>${t("demo.retry")}</button>
  </main>`;
}
