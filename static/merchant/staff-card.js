// @ts-check
/** A card as the shop sees it: to read, with what led to it; its own inviter may take it back (R10). */
import { useApp, useAppState } from "../lib/app.js";
import { Evidence } from "../lib/components/evidence.js";
import { InviteCard } from "../lib/components/invite-card.js";
import { html } from "../lib/html.js";
import { sameWho } from "../lib/state.js";
import { TopicMark } from "./topic-mark.js";

/** @param {{room: import("../lib/room.js").Room, id: string, envelope: import("../lib/room.js").Envelope}} props */
export function StaffCard({ room, id, envelope }) {
  const { t } = useApp();
  const me = useAppState((state) => state.you);
  const withdraw = useWithdraw(room);
  const { inviter, intent, evidence } = envelope.event;
  const mine = inviter === "merchant" && sameWho(envelope.by, me);
  const by = inviter === "merchant" ? t("merchant.invitedBy", { name: mine ? t("chat.you") : envelope.by.name }) : "";
  const aside = inviter === "platform" && intent ? html`<${TopicMark} room=${room} card=${{ id, intent }} />` : undefined;
  return html`<div class="m-card">
    <p class="m-card-why">
      ${by ? html`<span class="sf-quiet">${by}</span>` : html`<${Evidence} suggested intent=${intent} evidence=${evidence} />`}
    </p>
    <${InviteCard} room=${room} id=${id} onWithdraw=${mine ? () => withdraw(id) : undefined} aside=${aside} />
  </div>`;
}

/** @param {import("../lib/room.js").Room} room */
export function useWithdraw(room) {
  const { client, toasts, speech } = useApp();
  return (/** @type {string} */ invite) =>
    client
      .request("withdraw_invite", { room: room.id, invite })
      .catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
}
