// @ts-check
/** "Could be a delivery question": quiet, and gone as soon as it no longer helps (R51). */
import { useApp } from "../lib/app.js";
import { Evidence } from "../lib/components/evidence.js";
import { html, useState } from "../lib/html.js";
import { InviteSheet } from "./invite.js";
import { hintOf } from "./invites.js";

/** @param {{room: import("../lib/room.js").Room}} props */
export function Hint({ room }) {
  const { t } = useApp();
  const [dismissed, setDismissed] = useState(0);
  const [asking, setAsking] = useState(false);
  const hint = hintOf(room, dismissed);
  if (!hint && !asking) return null;
  return html`
    ${hint ? html`<div class="m-hint" role="status">
      <span class="sf-grow"><span class="sf-quiet">${t("merchant.hint")}</span> <${Evidence} intent=${hint.intent} evidence=${hint.evidence} /></span>
      <button type="button" class="sf-btn" data-size="small" onClick=${() => setAsking(true)}>${t("merchant.invite")}</button>
      <button type="button" class="sf-btn" data-tone="quiet" data-size="small" aria-label=${t("merchant.hintClose")} onClick=${() => setDismissed(hint.seq)}>✕</button>
    </div>` : null}
    ${asking ? html`<${InviteSheet} room=${room} onClose=${() => setAsking(false)} />` : null}`;
}
