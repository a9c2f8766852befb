// @ts-check
/** What is on record about the switch: its changes, and what the platform decided (R15, R19). */
import { useApp, useAppState } from "../lib/app.js";
import { html, useEffect, useState } from "../lib/html.js";
import { topicName } from "./topics.js";

const SHOWN = 8; // changes; older ones on demand

/**
 * Answers of the shop's record, asked again whenever the switch changes.
 * @param {string} what
 * @param {any} state
 */
function useRecord(what, state) {
  const { client } = useApp();
  const shop = useAppState((all) => all.you?.shop);
  const [answer, setAnswer] = useState(/** @type {any} */ (undefined));
  const [asked, ask] = useState(0);
  useEffect(() => {
    let current = true;
    client.http
      .get(`/api/v1/shops/${encodeURIComponent(shop)}/${what}`)
      .then((value) => current && setAnswer({ value }))
      .catch((refusal) => current && setAnswer({ code: refusal.code }));
    return () => {
      current = false;
    };
  }, [shop, what, state, asked]);
  return { answer, again: () => ask((/** @type {number} */ n) => n + 1) };
}

/** @param {any} props */
function Failed({ code, onAgain }) {
  const { t, speech } = useApp();
  return html`<p class="sf-quiet" role="alert">${speech.error(code)} <button type="button" class="sf-btn" data-tone="link"
    onClick=${onAgain}>${t("action.retry")}</button></p>`;
}

/** Why the platform did not invite today, counted by reason, and which of its cards were called wrong. @param {{state: any}} props */
export function Decisions({ state }) {
  const { t, speech } = useApp();
  const { answer, again } = useRecord("decisions", state);
  const { reasons = {}, marked = {}, invited, hints, not_logistics } = answer?.value ?? {};
  return html`<section class="m-record"><h3>${t("merchant.decisions")}</h3>
    ${answer?.code ? html`<${Failed} code=${answer.code} onAgain=${again} />` : null}
    ${answer ? null : html`<p class="sf-quiet">${t("merchant.record.loading")}</p>`}
    ${answer?.value ? html`<p class="sf-quiet sf-num">${t("merchant.decisions.sum", { invited, hints })}</p>` : null}
    ${answer?.value && Object.keys(reasons).length === 0 ? html`<p class="sf-quiet">${t("merchant.decisions.none")}</p>` : null}
    <${Bars} counts=${reasons} name=${(/** @type {string} */ code) => reasonText(code, speech)} />
    ${not_logistics ? html`<p class="m-beside sf-num"><span class="sf-grow">${t("merchant.decisions.notLogistics")}</span>${not_logistics}</p>` : null}
    ${Object.keys(marked).length > 0
      ? html`<h3 class="m-subtitle">${t("merchant.decisions.marked")}</h3>
          <${Bars} counts=${marked} name=${(/** @type {string} */ intent) => topicName(intent, speech)} />`
      : null}
  </section>`;
}

/** The most first, each as long as its share of that. @param {{counts: Record<string, number>, name: (key: string) => string}} props */
function Bars({ counts, name }) {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, n]) => n));
  return html`<ul class="m-bars">${rows.map(([key, n]) => html`<li key=${key}>
    <span class="sf-grow">${name(key)}</span><span class="sf-num">${n}</span>
    <i style=${`width: ${(100 * n) / most}%`}></i>
  </li>`)}</ul>`;
}

/** @param {string} code @param {import("../lib/i18n.js").Speech} speech */
function reasonText(code, speech) {
  const own = `merchant.decision.${code}`;
  return (speech.has(own) ? speech.t(own) : speech.error(code)).replace(/[。.]$/, "");
}

/** Who changed the switch, and when, newest first. @param {{state: any}} props */
export function Changes({ state }) {
  const { t, times, client } = useApp();
  const rooms = useAppState((all) => all.rooms);
  const me = useAppState((all) => all.you);
  const { answer, again } = useRecord("switch/changes", state);
  const [all, setAll] = useState(false);
  const changes = answer?.value?.changes ?? [];
  const shown = all ? changes : changes.slice(0, SHOWN);
  return html`<section class="m-record"><h3>${t("merchant.changes")}</h3>
    ${answer?.code ? html`<${Failed} code=${answer.code} onAgain=${again} />` : null}
    ${answer?.value && changes.length === 0 ? html`<p class="sf-quiet">${t("merchant.switch.never")}</p>` : null}
    <ul class="m-history">${shown.map((/** @type {any} */ change, /** @type {number} */ i) => html`<li key=${change.at}>
      <span class="sf-grow">${whoChanged(change.by, { rooms, me, t })} <strong>${differenceOf(change, changes[i + 1], t)}</strong></span>
      <time class="sf-quiet sf-num">${times.moment(change.at, client.now())}</time>
    </li>`)}</ul>
    ${changes.length > shown.length ? html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small"
      onClick=${() => setAll(true)}>${t("desk.more")}</button>` : null}
  </section>`;
}

const FIRST = { enabled: true, auto: true, entry: { mobile: true, desktop: true } }; // R15, R17: every default is on

/**
 * What one change changed, in words.
 * @param {any} change
 * @param {any} before the change before it; none: the defaults
 * @param {(key: string, p?: any) => string} t
 */
export function differenceOf(change, before, t) {
  const old = before ?? FIRST;
  const parts = [
    change.enabled !== old.enabled ? t(change.enabled ? "merchant.switch.enable" : "merchant.switch.disable") : "",
    change.auto !== old.auto ? t(change.auto ? "merchant.change.autoOn" : "merchant.change.autoOff") : "",
    change.entry.mobile !== old.entry.mobile ? t(change.entry.mobile ? "merchant.change.mobileOn" : "merchant.change.mobileOff") : "",
    change.entry.desktop !== old.entry.desktop ? t(change.entry.desktop ? "merchant.change.desktopOn" : "merchant.change.desktopOff") : "",
  ].filter(Boolean);
  return parts.join(" · ") || t("merchant.change.same");
}

/**
 * A name for an id, as far as the rooms at hand know one.
 * @param {string | undefined} id "role:…" or plain
 * @param {{rooms: Record<string, import("../lib/room.js").Room>, me: any, t: (key: string) => string}} view
 */
export function whoChanged(id, { rooms, me, t }) {
  if (!id) return t("role.platform");
  if (id === me?.id) return t("chat.you");
  const known = Object.values(rooms).flatMap((room) => room.members).find((member) => member.role === "merchant" && member.id === id);
  return known?.name || id;
}
