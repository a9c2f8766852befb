// @ts-check
/** The question in two lines above the chat, where there is no room for the whole context beside it. */
import { useApp } from "../lib/app.js";
import { Evidence } from "../lib/components/evidence.js";
import { orderName, tailOf } from "../lib/components/cards.js";
import { html } from "../lib/html.js";

/** @param {{room: import("../lib/room.js").Room, onOpen: () => void}} props */
export function Brief({ room, onOpen }) {
  const { t, speech } = useApp();
  const { context } = room;
  if (!context) return null;
  const { order, intent, evidence, parcel } = context;
  const to = order?.receiver;
  return html`<button type="button" class="c-brief" onClick=${onOpen} aria-label=${t("courier.openDetails")}>
    <span class="c-line">
      ${intent ? html`<${Evidence} intent=${intent} evidence=${evidence} />` : html`<span class="sf-quiet">${t("courier.byShop")}</span>`}
      <span class="sf-grow"></span><span class="sf-quiet sf-num">${t("invite.tail", { tail: tailOf(parcel?.tracking) })}</span></span>
    <span class="c-line sf-quiet sf-num"><span class="sf-cut">
      ${[orderName(order, speech, order?.id ?? ""), to?.name, to?.phone, to?.address].filter(Boolean).join(" · ")}</span></span>
  </button>`;
}
