// @ts-check
/** Reception tools › courier agents: the switch, what it does, who changed it, why nobody was invited. */
import { useApp, useAppState } from "../lib/app.js";
import { Confirm, Dialog } from "../lib/components/dialog.js";
import { html, useState } from "../lib/html.js";
import { Changes, Decisions, whoChanged } from "./record.js";

/** @param {{onClose: () => void}} props */
export function Tools({ onClose }) {
  const { t, client, speech } = useApp();
  const state = useAppState((all) => all.switch);
  const outdated = useAppState((all) => all.upgrade);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState("");
  const set = (/** @type {any} */ change) => {
    setProblem("");
    client.request("set_switch", change).catch((/** @type {any} */ refusal) => setProblem(refusal.code));
  };
  const disable = () => {
    setAsking(false);
    set({ enabled: false });
  };
  return html`<${Dialog} title=${t("merchant.tools.title")} onClose=${onClose}>
    ${problem ? html`<p class="m-problem" role="alert">${speech.error(problem)}</p>` : null}
    ${outdated ? html`<p class="m-problem">${t("merchant.upgrade", { minimum: outdated.minimum })}</p>` : null}
    ${state
      ? html`<${Switches} state=${state} onSet=${set} onDisable=${() => setAsking(true)} />`
      : html`<p class="sf-quiet">${t("merchant.switch.unknown")}</p>`}
    <${Decisions} state=${state} />
    <${Changes} state=${state} />
  <//>
  ${asking
    ? html`<${Confirm} danger title=${t("merchant.disable.title")} body=${t("merchant.disable.body")} yes=${t("merchant.disable.yes")}
        no=${t("merchant.disable.no")} onYes=${disable} onNo=${() => setAsking(false)} />`
    : null}`;
}

/** @param {any} props */
function Switches({ state, onSet, onDisable }) {
  const { t } = useApp();
  const toggle = () => (state.enabled ? onDisable() : onSet({ enabled: true }));
  return html`<section class="m-switch" data-on=${state.enabled}>
      <div class="m-switch-line">
        <div class="sf-grow"><h3>${t("merchant.switch.title")}</h3><p class="sf-quiet">
          ${t(state.enabled ? "merchant.switch.onHint" : "merchant.switch.offHint")}</p></div>
        <button type="button" class="sf-btn" data-tone=${state.enabled ? undefined : "primary"}
          onClick=${toggle}>${t(state.enabled ? "merchant.switch.disable" : "merchant.switch.enable")}</button>
      </div>
      <${LastChange} state=${state} />
    </section>
    <section class="m-options" aria-label=${t("merchant.switch.options")}>
      <${Toggle} on=${state.auto} disabled=${!state.enabled} title=${t("merchant.auto")} hint=${t("merchant.auto.hint")}
        onSet=${(/** @type {boolean} */ auto) => onSet({ auto })} />
      <${Toggle} on=${state.entry.mobile} title=${t("merchant.entry.mobile")} hint=${t("merchant.entry.hint")}
        onSet=${(/** @type {boolean} */ mobile) => onSet({ entry: { mobile } })} />
      <${Toggle} on=${state.entry.desktop} title=${t("merchant.entry.desktop")} hint=${t("merchant.entry.hint")}
        onSet=${(/** @type {boolean} */ desktop) => onSet({ entry: { desktop } })} />
    </section>`;
}

/** @param {any} props */
function LastChange({ state }) {
  const { t, times, client } = useApp();
  const rooms = useAppState((all) => all.rooms);
  const me = useAppState((all) => all.you);
  if (!state.changed_at) return html`<p class="sf-quiet">${t("merchant.switch.never")}</p>`;
  const name = whoChanged(state.changed_by, { rooms, me, t });
  return html`<p class="sf-quiet sf-num">${t("merchant.switch.last", { name, time: times.moment(state.changed_at, client.now()) })}</p>`;
}

/** @param {{on: boolean, disabled?: boolean, title: string, hint: string, onSet: (on: boolean) => void}} props */
function Toggle({ on, disabled, title, hint, onSet }) {
  return html`<label class="m-toggle">
    <span class="sf-grow"><span>${title}</span><span class="sf-quiet">${hint}</span></span>
    <input type="checkbox" role="switch" checked=${on} disabled=${disabled} onChange=${(/** @type {any} */ event) => onSet(event.target.checked)} />
    <span class="m-track" aria-hidden="true"></span>
  </label>`;
}
