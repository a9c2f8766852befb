// @ts-check
/** What this agent may know before the first word: order, parcel, question, receiver, all masked by the server (R46). */
import { useApp } from "../lib/app.js";
import { OrderLines } from "../lib/components/cards.js";
import { Evidence, Marked } from "../lib/components/evidence.js";
import { html } from "../lib/html.js";

/** @param {{room: import("../lib/room.js").Room}} props */
export function Context({ room }) {
  const { t } = useApp();
  const { context } = room;
  if (!context) return html`<p class="sf-quiet">${t("courier.noContext")}</p>`;
  const { order, parcel, trigger } = context;
  return html`
    <section><h2>${t("courier.question")}</h2><${Question} context=${context} trigger=${trigger} /></section>
    <section><h2>${t("invite.order")}</h2>
      <article class="sf-card c-order"><${OrderLines} order=${withParcels(order, parcel)} id=${order?.id ?? room.session?.order ?? ""} /></article>
      <${Receiver} receiver=${order?.receiver} />
    </section>
    <section><h2>${t("courier.parcel")}</h2><${Parcel} parcel=${parcel} /></section>`;
}

/** @param {any} order @param {any} parcel */
const withParcels = (order, parcel) => (order ? { ...order, parcels: order.parcels ?? (parcel ? [parcel] : []) } : undefined);

/** @param {any} props */
export function Question({ context, trigger }) {
  const { t } = useApp();
  const text = trigger?.event?.body?.text;
  return html`
    ${context.intent
      ? html`<${Evidence} intent=${context.intent} evidence=${context.evidence} />`
      : html`<p class="sf-quiet">${t("courier.byShop")}</p>`}
    ${text ? html`<blockquote class="c-trigger"><${Marked} text=${text} evidence=${context.evidence} /></blockquote>` : null}`;
}

/** @param {{receiver: any}} props */
export function Receiver({ receiver }) {
  const { t } = useApp();
  if (!receiver) return null;
  return html`<dl class="sf-facts c-receiver sf-num">
    <dt>${t("courier.receiver")}</dt><dd>${[receiver.name, receiver.phone].filter(Boolean).join(" · ")}</dd>
    ${receiver.address ? html`<dt>${t("courier.address")}</dt><dd>${receiver.address}</dd>` : null}
  </dl>`;
}

/** @param {{parcel: any}} props */
export function Parcel({ parcel }) {
  const { t, speech, toasts } = useApp();
  if (!parcel) return html`<p class="sf-quiet">${t("parcel.none")}</p>`;
  const copy = () => navigator.clipboard?.writeText(parcel.tracking).then(() => toasts.show(t("courier.copied"))).catch(() => {});
  return html`<p class="sf-row c-parcel"><strong>${speech.named("carrier", parcel.carrier)}</strong>
      <span class="sf-num sf-grow">${parcel.tracking ?? ""}</span>
      ${parcel.tracking ? html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small"
        onClick=${copy}>${t("courier.copy")}</button>` : null}</p>`;
}
