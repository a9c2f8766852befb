// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { Composer } from "../lib/components/composer.js";
import { Dialog } from "../lib/components/dialog.js";
import { Avatar, ModeChip } from "../lib/components/marks.js";
import { MessageList } from "../lib/components/message-list.js";
import { QuickButton, useQuickReplies } from "../lib/components/quick-replies.js";
import { ResultCard } from "../lib/components/result-card.js";
import { Typing } from "../lib/components/typing.js";
import { Sign } from "../lib/components/sign.js";
import { traces } from "../lib/evidence.js";
import { html, useEffect, useMemo, useRef } from "../lib/html.js";
import { quickReplies } from "../lib/quick.js";
import { Actions } from "./actions.js";
import { StaffCard } from "./staff-card.js";
import { Hint } from "./hint.js";
import { EndSession, InviteEntry, InviteSheet } from "./invite.js";
import { OrderSheet, Panel } from "./panel.js";
import { PromotionSheet, useReturnedPromotion } from "./promotion.js";
import { RoundBar } from "./round-bar.js";
import { Why } from "./why.js";

const QUICK = ["hi", "wait", "check", "ship", "track", "sorry", "courier", "address", "refund", "bye"];

/** @typedef {{name: string, seq?: number, order?: string}} Sheet what is open over the chat, if anything */

/**
 * @param {object} props
 * @param {import("../lib/room.js").Room} props.room
 * @param {Sheet | undefined} props.sheet
 * @param {(sheet: Sheet | undefined) => void} props.onSheet
 * @param {() => void} props.onBack
 */
export function Chat({ room, sheet, onSheet, onBack }) {
  const { client, t } = useApp();
  const open = (/** @type {string} */ name, /** @type {number} */ seq) => onSheet({ name, seq });
  const returned = useReturnedPromotion(room, () => open("promotion", 0));
  useEffect(() => {
    client.fetchOrders(room.id).catch(() => {}); // cards show numbers until names are there
  }, [room.id, room.phase]);
  const led = useMemo(() => traces(room), [room.events, room.invites, room.recalled]);
  const tag = useTag(room, (seq) => open("why", seq));
  const card = (/** @type {any} */ row) => html`<${StaffCard} room=${room} id=${row.invite} envelope=${row.envelope} />`;
  const after = (/** @type {any} */ { event }) => (event.kind === "session_ended" ? html`<${ResultCard} event=${event} />` : null);
  return html`
    <${ChatHead} room=${room} onBack=${onBack} onOpen=${open} />
    <${RoundBar} room=${room} onWhy=${() => open("why", 0)} />
    <div class="sf-chat">
      <${MessageList} room=${room} card=${card} tag=${tag} after=${after} traces=${led} emptyHint=${t("merchant.emptyHint")} />
      <${Typing} room=${room} />
      <${Hint} room=${room} onInvite=${() => open("invite", 0)} />
      <${Input} room=${room} onOpen=${open} />
    </div>
    ${sheet ? html`<${SheetOf} room=${room} sheet=${sheet} returned=${returned} onSheet=${onSheet} />` : null}
  `;
}

/** @param {any} props */
function ChatHead({ room, onBack, onOpen }) {
  const { t } = useApp();
  const name = room.buyer.name || room.buyer.id;
  const buyer = room.members.find((/** @type {any} */ member) => member.role === "buyer");
  return html`<header class="sf-head sf-chat-head">
    <button type="button" class="sf-btn sf-narrow-only" data-tone="quiet" data-size="icon" aria-label=${t("desk.back")} onClick=${onBack}>‹</button>
    <${Avatar} name=${name} voice="buyer" online=${Boolean(buyer?.online)} />
    <div class="sf-grow">
      <h2 class="sf-cut">${name}</h2>
      <p class="sf-sub"><span class="sf-cut">${servedBy(room, t)}</span></p>
    </div>
    <${ModeChip} room=${room} />
    <button type="button" class="sf-btn sf-side-hidden" data-size="small" onClick=${() => onOpen("details")}>${t("merchant.details")}</button>
    <button type="button" class="sf-btn" data-tone="quiet" data-size="icon" aria-label=${t("merchant.actions")} title=${t("merchant.actions")}
      onClick=${() => onOpen("actions")}><${ActionsSign} /></button>
  </header>`;
}

/** @param {import("../lib/room.js").Room} room @param {(key: string, p?: any) => string} t */
export function servedBy(room, t) {
  if (room.reception !== "human") return t(`notice.reception.${room.reception}`);
  const id = room.held_by?.id ?? room.held_by;
  const holder = room.members.find((member) => member.role === "merchant" && member.id === id);
  return holder ? t("merchant.heldBy", { name: holder.name || holder.id }) : t("notice.reception.human");
}

/**
 * The quiet chip beside the first message of a group in a session; it opens the reasons.
 * @param {import("../lib/room.js").Room} room
 * @param {(seq: number) => void} onWhy
 */
function useTag(room, onWhy) {
  const { t } = useApp();
  const exempt = useMemo(
    () => new Set(room.events.filter((envelope) => envelope.phase === "three_party").map((envelope) => envelope.seq)),
    [room.events],
  );
  return (/** @type {any} */ message) => {
    const counts = message.seq === undefined ? room.phase !== "three_party" : !exempt.has(message.seq);
    if (counts || !message.first) return null;
    return html`<button type="button" class="sf-chip m-exempt" data-voice="platform" disabled=${message.seq === undefined}
      title=${t("merchant.whyTitle")} onClick=${() => onWhy(message.seq)}>${t("message.notCounted")}</button>`;
  };
}

/** @param {any} props */
function Input({ room, onOpen }) {
  const { t } = useApp();
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const replies = useMemo(() => quickReplies(QUICK, "merchant.quick", t), [t]);
  const quick = useQuickReplies({ room, replies, fieldRef: field });
  const name = room.buyer.name || room.buyer.id;
  return html`<div class="sf-input-area">
    ${quick.popup}
    <div class="sf-toolbar" role="toolbar" aria-label=${t("merchant.toolbar")}>
      <${QuickButton} quick=${quick} />
      <${Tool} label=${t("merchant.sendOrder")} onClick=${() => onOpen("order")}><path d="M5 8h14l-1 12H6zM9 8V6.5a3 3 0 0 1 6 0V8" /><//>
      <${Tool} label=${t("merchant.sendPromotion")} onClick=${() => onOpen("promotion")}><path d="M4 11V4h7l9 9-7 7zM8 8h.01" /><//>
      <span class="sf-grow"></span>
      <${InviteEntry} room=${room} onOpen=${onOpen} />
    </div>
    <${Composer} room=${room} placeholder=${t("merchant.replyTo", { name })} onKey=${quick.onKey} fieldRef=${field} />
  </div>`;
}

/** A tool above the input; narrow, its sign alone. @param {{label: string, onClick: () => void, children?: any}} props */
function Tool({ label, onClick, children }) {
  return html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small" title=${label} onClick=${onClick}>
    <${Sign}>${children}<//>
    <span class="sf-label">${label}</span></button>`;
}

/** @param {any} props */
function SheetOf({ room, sheet, returned, onSheet }) {
  const { t } = useApp();
  const common = { room, onClose: () => onSheet(undefined) };
  const invite = (/** @type {string} */ order) => onSheet({ name: "invite", order });
  switch (sheet.name) {
    case "why":
      return html`<${Why} ...${common} seq=${sheet.seq || undefined} />`;
    case "actions":
      return html`<${Actions} ...${common} />`;
    case "order":
      return html`<${OrderSheet} ...${common} />`;
    case "invite":
      return html`<${InviteSheet} ...${common} order=${sheet.order} />`;
    case "end":
      return html`<${EndSession} ...${common} />`;
    case "details":
      return html`<${Dialog} title=${t("desk.details")} onClose=${common.onClose}><${Panel} room=${room} onInvite=${invite} /><//>`;
    default:
      return html`<${PromotionSheet} ...${common} returned=${returned} />`;
  }
}

function ActionsSign() {
  return html`<svg width="20" height="20" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
    <circle cx="12" cy="5.5" r="1.6" /><circle cx="12" cy="12" r="1.6" /><circle cx="12" cy="18.5" r="1.6" /></svg>`;
}
