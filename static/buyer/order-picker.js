// @ts-check
/** Which order it is about: to send as a card, or to put on an open invite (R6). */
import { useApp, useAppState } from "../lib/app.js";
import { OrderLines } from "../lib/components/cards.js";
import { Dialog } from "../lib/components/dialog.js";
import { Empty } from "../lib/components/empty.js";
import { html, useEffect, useState } from "../lib/html.js";

/**
 * @param {{room: import("../lib/room.js").Room, invite?: any, onClose: () => void}} props
 * with an invite only eligible orders can be chosen, and the choice replaces its card
 */
export function OrderPicker({ room, invite, onClose }) {
  const { t, client, speech } = useApp();
  const orders = useAppState((state) => state.orders[room.id]);
  const [chosen, setChosen] = useState(/** @type {string | undefined} */ (invite?.order));
  const [problem, setProblem] = useState("");
  const load = () => {
    setProblem("");
    client.fetchOrders(room.id).catch((refusal) => setProblem(refusal.code));
  };
  useEffect(load, [room.id]);
  const picked = chosen ?? newestEligible(orders ?? [])?.id;
  const order = orders?.find((candidate) => candidate.id === picked);
  const change = async () => {
    try {
      await client.request("change_invite_order", { room: room.id, invite: invite.id, order: picked });
      onClose();
    } catch (refusal) {
      setProblem(/** @type {any} */ (refusal).code);
    }
  };
  const send = (/** @type {"order" | "parcel"} */ kind) => {
    client.post(room.id, { kind, order: picked });
    onClose();
  };
  const footer = !order ? null : html`<${Choices} ...${{ order, invite, change, send }} />`;
  return html`<${Dialog} title=${t("order.title")} onClose=${onClose} footer=${footer}>
    <${List} orders=${orders} picked=${picked} invite=${invite} problem=${problem} onPick=${setChosen} onAgain=${load} />
    ${problem && orders ? html`<p class="sf-picked" role="alert">${speech.error(problem)}</p>` : null}
  <//>`;
}

/** @param {any} props */
function Choices({ order, invite, change, send }) {
  const { t } = useApp();
  if (invite) {
    return html`<button type="button" class="sf-btn" data-tone="primary" disabled=${order.id === invite.order} onClick=${change}>${t("order.change")}</button>`;
  }
  return html`
    <button type="button" class="sf-btn" disabled=${!order.parcels?.length} onClick=${() => send("parcel")}>${t("order.sendParcel")}</button>
    <button type="button" class="sf-btn" data-tone="primary" onClick=${() => send("order")}>${t("order.send")}</button>
  `;
}

/** @param {any} props */
function List({ orders, picked, invite, problem, onPick, onAgain }) {
  const { t, speech } = useApp();
  if (!orders && problem) {
    return html`<${Empty} title=${t("order.failed")} hint=${speech.error(problem)} action=${t("action.retry")} onAction=${onAgain} />`;
  }
  if (!orders) return html`<${Empty} busy title=${t("order.loading")} />`;
  if (orders.length === 0) return html`<${Empty} title=${t("order.none")} hint=${t("order.noneHint")} />`;
  const newest = [...orders].sort((a, b) => placed(b) - placed(a) || (b.id > a.id ? 1 : -1));
  return html`<div role="radiogroup" aria-label=${t("order.title")}>
    ${newest.map((order) => html`<button type="button" key=${order.id} class="sf-choice" role="radio" aria-checked=${order.id === picked}
      data-autofocus=${order.id === picked ? true : undefined} disabled=${Boolean(invite) && !order.eligible} onClick=${() => onPick(order.id)}>
      <${OrderLines} order=${order} id=${order.id}>
        <span>${order.eligible ? t("order.eligible") : speech.error(order.reason ?? "").replace(/[。.]$/, "")}</span>
      <//>
    </button>`)}
  </div>`;
}

/** @param {any} order */
const placed = ({ placed_at }) => (typeof placed_at === "number" ? placed_at : Date.parse(placed_at) || 0);

/** @param {any[]} orders */
const newestEligible = (orders) =>
  orders.filter((order) => order.eligible).reduce((best, order) => (!best || placed(order) > placed(best) ? order : best), undefined) ??
  orders[0];
