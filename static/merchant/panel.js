// @ts-check
/** Beside the chat: the session that goes on, the buyer's orders with their eligibility, what was invited. */
import { useApp, useAppState } from "../lib/app.js";
import { OrderLines } from "../lib/components/cards.js";
import { Dialog } from "../lib/components/dialog.js";
import { Empty } from "../lib/components/empty.js";
import { html, useState } from "../lib/html.js";
import { reasonOf } from "../lib/notices.js";
import { useEntry } from "./invite.js";

const MINUTE_MS = 60_000;

/**
 * @param {{room: import("../lib/room.js").Room, onInvite: (order: string) => void}} props
 */
export function Panel({ room, onInvite }) {
  const { t } = useApp();
  return html`<div class="sf-panel">
    <${Session} room=${room} />
    <section><h2>${t("merchant.orders")}</h2><${Orders} room=${room} onInvite=${onInvite} /></section>
    <${Invites} room=${room} />
  </div>`;
}

/** @param {{room: import("../lib/room.js").Room}} props */
function Session({ room }) {
  const { t, speech, times } = useApp();
  const { session, queue } = room;
  if (!session) return null;
  const agent = session.agent;
  const place = queue && !agent ? queue.place : undefined;
  const minutes = queue?.expected_ms ? Math.max(1, Math.ceil(queue.expected_ms / MINUTE_MS)) : undefined;
  return html`<section data-voice="logistics">
    <h2>${t("merchant.session")}</h2>
    <dl class="sf-facts sf-num">
      <dt>${t("merchant.session.courier")}</dt><dd>${speech.named("carrier", session.carrier)}</dd>
      <dt>${t("role.logistics")}</dt>
      <dd>${agent ? `${agent.name}${agent.badge ? ` · ${t("session.servedBadge", { badge: agent.badge })}` : ""}` : t("mode.waiting")}</dd>
      ${place ? html`<dt>${t("merchant.session.place")}</dt><dd>
        ${t("merchant.session.nth", { n: place })}${minutes ? ` · ${t("merchant.session.minutes", { m: minutes })}` : ""}</dd>` : null}
      <dt>${t("merchant.session.since")}</dt><dd>${times.clock(session.accepted_at ?? session.since_at)}</dd>
    </dl>
  </section>`;
}

/** @param {{room: import("../lib/room.js").Room, onInvite: (order: string) => void}} props */
function Orders({ room, onInvite }) {
  const { t, client } = useApp();
  const orders = useAppState((state) => state.orders[room.id]);
  const [problem, setProblem] = useState(false);
  const again = () => {
    setProblem(false);
    client.fetchOrders(room.id).catch(() => setProblem(true));
  };
  if (!orders && problem) return html`<${Empty} title=${t("order.failed")} action=${t("action.retry")} onAction=${again} />`;
  if (!orders) return html`<p class="sf-quiet">${t("order.loading")} <button type="button" class="sf-btn" data-tone="link"
    onClick=${again}>${t("action.retry")}</button></p>`;
  if (orders.length === 0) return html`<p class="sf-quiet">${t("merchant.noOrders")}</p>`;
  return html`<ul class="m-orders">${orders.map((/** @type {any} */ order) => html`<li key=${order.id}><${OrderItem} room=${room} order=${order}
    onInvite=${onInvite} /></li>`)}</ul>`;
}

/** @param {any} props */
function OrderItem({ room, order, onInvite }) {
  const { t, client, speech } = useApp();
  const entry = useEntry(room);
  const reason = order.eligible ? "" : speech.error(order.reason ?? "").replace(/[。.]$/, "");
  return html`<article class="sf-card" data-eligible=${order.eligible}>
    <${OrderLines} order=${order} id=${order.id} />
    <p class="m-eligible" data-eligible=${order.eligible}>${order.eligible ? `✓ ${t("order.eligible")}` : t("merchant.notEligible", { reason })}</p>
    <div class="m-order-actions">
      <button type="button" class="sf-btn" data-tone="quiet" data-size="small"
        onClick=${() => client.post(room.id, { kind: "order", order: order.id })}>${t("merchant.sendOrder")}</button>
      ${order.eligible && entry.kind === "invite" ? html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small"
        onClick=${() => onInvite(order.id)}>${t("merchant.inviteShort")}</button>` : null}
    </div>
  </article>`;
}

/** @param {{room: import("../lib/room.js").Room}} props */
function Invites({ room }) {
  const { t, speech, times, client } = useApp();
  const cards = Object.values(room.invites).filter((card) => card.offered_at).sort((a, b) => b.offered_seq - a.offered_seq);
  if (cards.length === 0) return null;
  return html`<section><h2>${t("merchant.invites")}</h2>
    <ul class="m-history">
      ${cards.map((card) => html`<li key=${card.id}>
        <span class="sf-grow"><strong>${t(`invite.state.${card.state}`)}</strong>
          ${card.reason && card.state !== "accepted" ? ` · ${reasonOf(card.reason, speech)}` : ""}
          <span class="sf-quiet"> ${card.inviter === "platform" ? t("role.platform") : card.by?.name}</span></span>
        <time class="sf-quiet sf-num">${times.moment(card.offered_at, client.now())}</time>
      </li>`)}
    </ul></section>`;
}

/** Which order to send as a card. @param {{room: import("../lib/room.js").Room, onClose: () => void}} props */
export function OrderSheet({ room, onClose }) {
  const { t, client } = useApp();
  const orders = useAppState((state) => state.orders[room.id]);
  const send = (/** @type {string} */ kind, /** @type {string} */ order) => {
    client.post(room.id, { kind, order });
    onClose();
  };
  return html`<${Dialog} title=${t("merchant.sendOrder")} onClose=${onClose}>
    ${orders ? null : html`<${Empty} busy title=${t("order.loading")} />`}
    ${orders?.length === 0 ? html`<${Empty} title=${t("merchant.noOrders")} />` : null}
    ${(orders ?? []).map((/** @type {any} */ order) => html`<article class="sf-card m-send" key=${order.id}>
      <${OrderLines} order=${order} id=${order.id} />
      <div class="m-order-actions">
        <button type="button" class="sf-btn" data-size="small" onClick=${() => send("order", order.id)}>${t("merchant.sendOrder")}</button>
        ${order.parcels?.length ? html`<button type="button" class="sf-btn" data-size="small"
          onClick=${() => send("parcel", order.id)}>${t("order.sendParcel")}</button>` : null}
      </div>
    </article>`)}
  <//>`;
}
