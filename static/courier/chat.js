// @ts-check
import { useApp } from "../lib/app.js";
import { Banner } from "../lib/components/banner.js";
import { Composer } from "../lib/components/composer.js";
import { Dialog } from "../lib/components/dialog.js";
import { InviteCard } from "../lib/components/invite-card.js";
import { Avatar, ModeChip } from "../lib/components/marks.js";
import { MessageList } from "../lib/components/message-list.js";
import { QuickButton, useQuickReplies } from "../lib/components/quick-replies.js";
import { Typing } from "../lib/components/typing.js";
import { html, useMemo, useRef, useState } from "../lib/html.js";
import { quickReplies } from "../lib/quick.js";
import { Brief } from "./brief.js";
import { Context } from "./context.js";
import { EndSheet } from "./end.js";
import { Idle } from "./idle.js";
import { consentAt } from "./sessions.js";

const QUICK = ["hi", "wait", "station", "urge", "track", "sign", "address", "intercept", "promise", "sorry", "bye"];

/** @param {{room: import("../lib/room.js").Room, onBack: () => void}} props */
export function Chat({ room, onBack }) {
  const { t } = useApp();
  const [sheet, setSheet] = useState("");
  const close = () => setSheet("");
  const card = (/** @type {any} */ row) => html`<${InviteCard} room=${room} id=${row.invite} />`;
  const after = (/** @type {any} */ { event, at }) => (event.kind === "invite_accepted" ? html`<${Consent} at=${at} />` : null);
  const shown = room.events.some(({ event }) => event.kind === "invite_accepted");
  return html`
    <${ChatHead} room=${room} onBack=${onBack} onOpen=${setSheet} />
    <${Brief} room=${room} onOpen=${() => setSheet("details")} />
    <${Idle} room=${room} />
    ${room.session?.state === "waiting" ? html`<${Banner} tone="warn" text=${t("courier.lost")} />` : null}
    ${shown ? null : html`<${Consent} at=${consentAt(room)} />`}
    <div class="sf-chat">
      <${MessageList} room=${room} card=${card} after=${after} emptyHint=${t("courier.emptyHint")} />
      <${Typing} room=${room} />
      <${Input} room=${room} onOpen=${setSheet} />
    </div>
    ${sheet === "end" ? html`<${EndSheet} room=${room} onClose=${close} />` : null}
    ${sheet === "details" ? html`<${Dialog} title=${t("desk.details")}
      onClose=${close}><div class="sf-panel"><${Context} room=${room} /></div><//>` : null}`;
}

/** Where the part begins that this agent may see (R46). @param {{at: number | undefined}} props */
function Consent({ at }) {
  const { t, times } = useApp();
  if (at === undefined) return null;
  return html`<p class="c-consent" role="separator"><span>${t("notice.consentFrom", { time: times.clock(at) })}</span></p>`;
}

/** @param {any} props */
function ChatHead({ room, onBack, onOpen }) {
  const { t } = useApp();
  const name = room.buyer.name || room.buyer.id;
  const buyer = room.members.find((/** @type {any} */ member) => member.role === "buyer");
  const agents = room.members.filter((/** @type {any} */ member) => member.role === "merchant" && member.online);
  const shop = [room.shop.name || room.shop.id, ...agents.map((/** @type {any} */ agent) => agent.name)].filter(Boolean).join(" · ");
  return html`<header class="sf-head sf-chat-head">
    <button type="button" class="sf-btn sf-narrow-only" data-tone="quiet" data-size="icon" aria-label=${t("desk.back")} onClick=${onBack}>‹</button>
    <${Avatar} name=${name} voice="buyer" online=${Boolean(buyer?.online)} />
    <div class="sf-grow"><h2 class="sf-cut">${name}</h2><p class="sf-sub"><span class="sf-cut">${shop}</span></p></div>
    <${ModeChip} room=${room} />
    <button type="button" class="sf-btn sf-side-hidden" data-size="small" onClick=${() => onOpen("details")}>${t("desk.details")}</button>
  </header>`;
}

/** @param {any} props */
function Input({ room, onOpen }) {
  const { t } = useApp();
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const replies = useMemo(() => quickReplies(QUICK, "courier.quick", t), [t]);
  const quick = useQuickReplies({ room, replies, fieldRef: field });
  return html`<div class="sf-input-area">
    ${quick.popup}
    <div class="sf-toolbar" role="toolbar" aria-label=${t("courier.toolbar")}>
      <${QuickButton} quick=${quick} />
      <span class="sf-grow"></span>
      <button type="button" class="sf-btn c-end" data-size="small" data-press="end" data-tour="end"
        onClick=${() => onOpen("end")}>${t("courier.end")}</button>
    </div>
    <${Composer} room=${room} placeholder=${t("courier.reply")} onKey=${quick.onKey} fieldRef=${field} />
  </div>`;
}
