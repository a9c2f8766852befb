// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { Dialog } from "../lib/components/dialog.js";
import { Avatar } from "../lib/components/marks.js";
import { Settings } from "../lib/components/settings.js";
import { KeysButton } from "../lib/components/shortcuts.js";
import { html, useState } from "../lib/html.js";
import { useStatus } from "./status.js";

const STATUSES = ["online", "paused", "offline"];
const MOST = 100; // sessions at once, R44

/** Who sits here, whether new sessions come, how many at once, how many wait. @param {{onHelp: () => void}} props */
export function Head({ onHelp }) {
  const { t, speech } = useApp();
  const me = useAppState((state) => state.you);
  const [sheet, setSheet] = useState("");
  const name = me?.name || me?.id || "";
  const sub = [name, me?.badge ? t("session.servedBadge", { badge: me.badge }) : ""].filter(Boolean).join(" · ");
  return html`<header class="sf-head">
      <${Avatar} name=${name} voice="logistics" large />
      <div class="sf-grow">
        <h1 class="sf-cut">${t("courier.title", { courier: speech.named("carrier", me?.carrier) })}</h1>
        <p class="sf-sub"><span class="sf-cut">${sub}</span></p>
      </div>
      <${Load} onOpen=${() => setSheet("capacity")} />
      <${Status} />
      <${KeysButton} onHelp=${onHelp} />
      <button type="button" class="sf-btn" data-tone="quiet" data-size="icon" aria-label=${t("menu.more")}
        onClick=${() => setSheet("settings")}>⋯</button>
    </header>
    ${sheet === "settings" ? html`<${Settings} onClose=${() => setSheet("")} />` : null}
    ${sheet === "capacity" ? html`<${Capacity} onClose=${() => setSheet("")} />` : null}`;
}

/** "2 / 5" sessions, and the queue of the courier. @param {{onOpen: () => void}} props */
function Load({ onOpen }) {
  const { t } = useApp();
  const desk = useAppState((state) => state.desk);
  if (!desk) return null;
  const full = desk.active >= desk.capacity;
  return html`<button type="button" class="sf-chip c-load sf-num" data-outline="true" data-full=${full} title=${t("courier.capacity")}
      aria-label=${t("courier.load", { active: desk.active, capacity: desk.capacity })} onClick=${onOpen}>${desk.active} / ${desk.capacity}</button>
    <span class="sf-chip sf-num c-queue" data-tone=${desk.waiting > 0 ? "warn" : undefined} data-outline=${desk.waiting > 0 ? undefined : true}>
      ${t("courier.waiting", { n: desk.waiting })}</span>`;
}

function Status() {
  const { t } = useApp();
  const status = useAppState((state) => state.desk?.status);
  const set = useStatus();
  return html`<div class="sf-seg" role="group" aria-label=${t("courier.status")}>
    ${STATUSES.map((name) => html`<button type="button" key=${name} data-status=${name} aria-pressed=${name === status}
      onClick=${() => set({ status: name })}>${t(`presence.${name}`)}</button>`)}
  </div>`;
}

/** How many sessions at once (R44). @param {{onClose: () => void}} props */
function Capacity({ onClose }) {
  const { t } = useApp();
  const desk = useAppState((state) => state.desk);
  const set = useStatus();
  const [n, setN] = useState(desk?.capacity ?? 5);
  const valid = Number.isInteger(n) && n >= 1 && n <= MOST;
  const step = (/** @type {number} */ by) => setN(Math.min(MOST, Math.max(1, (valid ? n : 1) + by)));
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!valid) return;
    set({ status: desk.status, capacity: n });
    onClose();
  };
  const footer = html`<button type="button" class="sf-btn" onClick=${onClose}>${t("action.cancel")}</button>
    <button type="submit" form="c-capacity" class="sf-btn" data-tone="primary" disabled=${!valid}>${t("courier.save")}</button>`;
  return html`<${Dialog} title=${t("courier.capacity")} onClose=${onClose} footer=${footer}>
    <form id="c-capacity" class="c-stepper" onSubmit=${save}>
      <button type="button" class="sf-btn" data-size="icon" aria-label=${t("courier.fewer")} onClick=${() => step(-1)}>−</button>
      <input class="sf-input sf-num" type="number" min="1" max=${MOST} aria-label=${t("courier.capacity")} data-autofocus value=${n}
        onInput=${(/** @type {any} */ event) => setN(event.target.valueAsNumber)} />
      <button type="button" class="sf-btn" data-size="icon" aria-label=${t("courier.more")} onClick=${() => step(1)}>+</button>
    </form>
    <p class="sf-quiet">${t("courier.capacityHint")}</p>
  <//>`;
}
