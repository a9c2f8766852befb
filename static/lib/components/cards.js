// @ts-check
/** Order, parcel and promotion cards in the log. */
import { html } from "../html.js";
import { useApp, useAppState } from "../app.js";

const TAIL = 4; // characters of an order or tracking number that people compare

/** @param {string | undefined} no its last digits, or its last letters where it has none */
export const tailOf = (no = "") => (/\d+(?=\D*$)/.exec(no)?.[0] ?? no).slice(-TAIL);

/**
 * An order as far as this viewer may know it.
 * @param {import("../state.js").State} state
 * @param {string} room
 * @param {string} id
 */
export function orderIn(state, room, id) {
  const listed = state.orders[room]?.find((order) => order.id === id);
  const context = state.rooms[room]?.context?.order;
  return listed ?? (context?.id === id ? { ...context, parcels: context.parcels ?? [state.rooms[room].context.parcel] } : undefined);
}

/**
 * "竹编收纳篮 等 2 件", or the number where nothing more is known.
 * @param {any} order
 * @param {import("../i18n.js").Speech} speech
 * @param {string} id
 */
export function orderName(order, speech, id) {
  const items = order?.items ?? [];
  const first = typeof items[0] === "string" ? items[0] : (items[0]?.name ?? items[0]?.title);
  if (!first) return speech.t("order.no", { no: `…${tailOf(id)}` });
  return items.length > 1 ? speech.t("order.items", { name: first, n: items.length }) : first;
}

/**
 * The lines of an order, for a card or a choice.
 * @param {{order: any, id: string, children?: any}} props
 */
export function OrderLines({ order, id, children }) {
  const { speech, times, t, client } = useApp();
  const parcel = order?.parcels?.[0];
  const courier = parcel ? speech.named("carrier", parcel.carrier) : t("parcel.none");
  return html`<div class="sf-order">
    <span class="sf-thumb" aria-hidden="true"><${BoxSign} /></span>
    <span class="sf-name">${orderName(order, speech, id)}</span>
    <span class="sf-meta sf-num">
      <span>…${tailOf(id)}</span>
      ${order ? html`<span>${speech.named("orderStatus", order.status)}</span>` : null}
      ${order?.placed_at ? html`<span>${t("order.placed", { time: times.moment(order.placed_at, client.now()) })}</span>` : null}
    </span>
    <span class="sf-meta">
      ${order ? html`<span>${order.parcels?.length > 1 ? t("parcel.several", { n: order.parcels.length }) : courier}</span>` : null}
      ${children}
    </span>
  </div>`;
}

function BoxSign() {
  return html`<svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round">
    <path d="M3.5 7.5 12 3l8.5 4.5v9L12 21l-8.5-4.5z" /><path d="M3.5 7.5 12 12l8.5-4.5M12 12v9" />
  </svg>`;
}

/** @param {{room: import("../room.js").Room, order: string}} props */
export function OrderCard({ room, order: id }) {
  const order = useAppState((state) => orderIn(state, room.id, id));
  return html`<article class="sf-card"><${OrderLines} order=${order} id=${id} /></article>`;
}

/** @param {{room: import("../room.js").Room, order: string}} props */
export function ParcelCard({ room, order: id }) {
  const { t } = useApp();
  const order = useAppState((state) => orderIn(state, room.id, id));
  const parcel = order?.parcels?.[0];
  return html`<article class="sf-card">
    <${OrderLines} order=${order} id=${id}>
      ${parcel?.tracking ? html`<span class="sf-num">${t("invite.tail", { tail: tailOf(parcel.tracking) })}</span>` : null}
    <//>
  </article>`;
}

/** @param {{body: any}} props */
export function PromotionCard({ body }) {
  const { t } = useApp();
  const safe = /^https?:\/\//.test(body.url ?? "");
  return html`<article class="sf-card" data-voice="merchant">
    <div class="sf-order" style="grid-template-columns: minmax(0, 1fr)">
      <span class="sf-row"><span class="sf-badge">${t("promotion.title")}</span></span>
      <strong>${body.title}</strong>
      <span class="sf-quiet">${body.text}</span>
    </div>
    ${safe ? html`<a class="sf-btn sf-more" data-tone="quiet" href=${body.url} target="_blank" rel="noopener noreferrer">${t("promotion.open")}</a>` : null}
  </article>`;
}
