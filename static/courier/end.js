// @ts-check
/** Ending a session with a result that stays in the room for buyer and shop (R53). */
import { useApp } from "../lib/app.js";
import { Dialog } from "../lib/components/dialog.js";
import { html, useState } from "../lib/html.js";
import { EMPTY_END, RESOLUTIONS, endFields, problemOf, usualPromises } from "./ending.js";

/** @param {{room: import("../lib/room.js").Room, onClose: () => void}} props */
export function EndSheet({ room, onClose }) {
  const { t, client, speech } = useApp();
  const [form, setForm] = useState(EMPTY_END);
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const problem = problemOf(form, client.now());
  const write = (/** @type {any} */ change) => setForm({ ...form, ...change });
  const end = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (problem || busy) return;
    setBusy(true);
    client
      .request("end_session", { room: room.id, session: room.session?.id, ...endFields(form) })
      .then(onClose)
      .catch((/** @type {any} */ refusal) => (setRefused(refusal.code), setBusy(false)));
  };
  const footer = html`
    <button type="button" class="sf-btn" onClick=${onClose}>${t("desk.stay")}</button>
    <button type="submit" form="c-end" class="sf-btn" data-tone="primary" disabled=${Boolean(problem) || busy}>${t("courier.endNow")}</button>`;
  return html`<${Dialog} title=${t("courier.endTitle")} onClose=${onClose} footer=${footer}>
    ${refused ? html`<p class="c-problem" role="alert">${speech.error(refused)}</p>` : null}
    <form id="c-end" class="sf-form" onSubmit=${end}>
      <${Resolutions} value=${form.resolution} onPick=${(/** @type {string} */ resolution) => write({ resolution })} />
      ${form.resolution === "follow_up" ? html`<${Promised} value=${form.promise} problem=${problem}
        onWrite=${(/** @type {string} */ promise) => write({ promise })} />` : null}
      <label>${t("courier.summary")}<textarea class="sf-input" rows="3" maxlength="500" value=${form.summary}
        onInput=${(/** @type {any} */ event) => write({ summary: event.target.value })}></textarea></label>
      <label>${t("courier.ticket")}<input class="sf-input" maxlength="64" value=${form.ticket}
        onInput=${(/** @type {any} */ event) => write({ ticket: event.target.value })} /></label>
    </form>
    <p class="sf-quiet">${t("courier.endHint")}</p>
  <//>`;
}

/** @param {{value: string, onPick: (resolution: string) => void}} props */
function Resolutions({ value, onPick }) {
  const { t } = useApp();
  return html`<fieldset class="c-resolutions"><legend>${t("outcome.title")}</legend>
    ${RESOLUTIONS.map((name, i) => html`<label key=${name} data-checked=${name === value}>
      <input type="radio" name="resolution" value=${name} checked=${name === value} data-autofocus=${i === 0 ? true : undefined}
        onChange=${() => onPick(name)} />
      <span>${t(`result.${name}`)}</span>
    </label>`)}
  </fieldset>`;
}

/** @param {{value: string, problem?: string, onWrite: (local: string) => void}} props */
function Promised({ value, problem, onWrite }) {
  const { t, client } = useApp();
  return html`<div class="c-promise">
    <label>${t("courier.promise")}<input class="sf-input sf-num" type="datetime-local" value=${value} aria-invalid=${problem === "past"}
      onInput=${(/** @type {any} */ event) => onWrite(event.target.value)} /></label>
    <p class="sf-row">${usualPromises(client.now()).map(({ key, local }) => html`<button type="button" key=${key} class="sf-btn" data-size="small"
      aria-pressed=${value === local} onClick=${() => onWrite(local)}>${t(`courier.promise.${key}`)}</button>`)}</p>
    ${problem === "past" ? html`<p class="c-problem" role="alert">${t("courier.promisePast")}</p>` : null}
  </div>`;
}
