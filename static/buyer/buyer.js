// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { useAttention } from "../lib/attention.js";
import { html, useCallback, useEffect, useRef, useState } from "../lib/html.js";
import { Banner, ConnectionBanner } from "../lib/components/banner.js";
import { Composer } from "../lib/components/composer.js";
import { Empty } from "../lib/components/empty.js";
import { InviteCard } from "../lib/components/invite-card.js";
import { MessageList } from "../lib/components/message-list.js";
import { ResultCard } from "../lib/components/result-card.js";
import { Typing } from "../lib/components/typing.js";
import { Head } from "./head.js";
import { OrderPicker } from "./order-picker.js";
import { SessionBar } from "./session-bar.js";

/**
 * The buyer's app: opens the shop's room and shows it.
 * @param {{shop?: string, order?: string}} props
 */
export function Buyer({ shop, order }) {
  useAttention();
  const { id, problem, open } = useRoom(shop, order);
  const room = useAppState((state) => (id ? state.rooms[id] : undefined));
  useTitle(room);
  return html`
    <${Head} room=${room} shop=${shop} />
    <${ConnectionBanner} />
    ${room ? html`<${Chat} room=${room} />` : html`<${Opening} shop=${shop} problem=${problem} onAgain=${open} />`}
  `;
}

/** @param {import("../lib/room.js").Room | undefined} room */
function useTitle(room) {
  const { alerts, t } = useApp();
  const name = room?.shop.name || room?.shop.id;
  useEffect(() => {
    if (name) alerts.entitle(t("buyer.title", { shop: name }));
  }, [alerts, t, name]);
}

/**
 * The room of this buyer and the shop, opened once the line is up.
 * @param {string | undefined} shop
 * @param {string | undefined} order
 */
function useRoom(shop, order) {
  const { client } = useApp();
  const known = useAppState((state) => Object.values(state.rooms).find((room) => !shop || room.shop.id === shop)?.id);
  const ready = useAppState((state) => state.ready);
  const epoch = useAppState((state) => state.epoch);
  const [opened, setOpened] = useState(/** @type {string | undefined} */ (undefined));
  const [problem, setProblem] = useState("");
  const open = useCallback(() => {
    if (!shop) return;
    setProblem("");
    client
      .request("open_room", { shop, order })
      .then((ack) => setOpened(ack.room))
      .catch((refusal) => refusal.code !== "stopped" && setProblem(refusal.code));
  }, [client, shop, order]);
  useEffect(() => {
    if (ready) open(); // another epoch may know no rooms
  }, [ready, open, epoch]);
  return { id: opened ?? known, problem, open };
}

/** Before there is a room: what is going on, or what to do. @param {any} props */
function Opening({ shop, problem, onAgain }) {
  const { t, speech, client } = useApp();
  const link = useAppState((state) => state.link);
  if (!shop) return html`<${Empty} title=${t("buyer.noShop")} hint=${t("buyer.noShopHint")} />`;
  if (link.phase === "waiting" && link.code === 0) {
    const again = () => client.connection.reconnectNow();
    return html`<${Empty} title=${t("buyer.noToken")} hint=${t("buyer.noTokenHint")} action=${t("action.retry")} onAction=${again} />`;
  }
  if (problem) {
    return html`<${Empty} title=${t("buyer.openFailed")} hint=${speech.error(problem)} action=${t("action.retry")} onAction=${onAgain} />`;
  }
  if (link.phase === "stopped" || link.phase === "offline") return html`<${Empty} title=${t("buyer.openFailed")} />`;
  return html`<${Empty} busy title=${t("buyer.opening")} />`;
}

/** @param {{room: import("../lib/room.js").Room}} props */
function Chat({ room }) {
  const { t, client } = useApp();
  const [picking, setPicking] = useState(/** @type {any} */ (undefined));
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => {
    client.fetchOrders(room.id).catch(() => {}); // cards show numbers until names are there
  }, [room.id]);
  const change = (/** @type {any} */ invite) => setPicking({ invite });
  const card = (/** @type {any} */ row) =>
    html`<${InviteCard} room=${room} id=${row.invite} answerable onChangeOrder=${change} />`;
  const result = (/** @type {any} */ { event }) => (event.kind === "session_ended" ? html`<${ResultCard} event=${event} />` : undefined);
  const ask = () => field.current?.focus();
  const orders = html`<button type="button" class="sf-btn" data-size="icon" aria-label=${t("compose.order")}
    title=${t("compose.order")} onClick=${() => setPicking({})}><${BagSign} /></button>`;
  return html`
    <${SessionBar} room=${room} onAsk=${ask} />
    <div class="sf-chat">
      <${MessageList} key=${room.id} room=${room} card=${card} after=${result} />
      <${Typing} room=${room} />
      ${room.closed ? html`<${Banner} text=${t("chat.closed")} />` : null}
      ${room.left ? html`<${Banner} text=${t("chat.left")} />` : html`<${Composer} room=${room} before=${orders} fieldRef=${field} />`}
    </div>
    ${picking ? html`<${OrderPicker} room=${room} invite=${picking.invite} onClose=${() => setPicking(undefined)} />` : null}
  `;
}

function BagSign() {
  return html`<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round" aria-hidden="true">
    <path d="M5 8h14l-1 12H6zM9 8V6.5a3 3 0 0 1 6 0V8" />
  </svg>`;
}
