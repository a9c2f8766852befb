// @ts-check
/** "Could be a delivery question": quiet, and gone as soon as it no longer helps (R51). */
import { useApp } from "../lib/app.js";
import { Evidence } from "../lib/components/evidence.js";
import { html, useState } from "../lib/html.js";
import { useEntry } from "./invite.js";
import { hintOf } from "./invites.js";

/** @param {{room: import("../lib/room.js").Room, onInvite: () => void}} props */
export function Hint({ room, onInvite }) {
  const { t } = useApp();
  const [dismissed, setDismissed] = useState(0);
  const hint = hintOf(room, dismissed);
  const entry = useEntry(room);
  if (!hint) return null;
  return html`<div class="m-hint" role="status">
    <span class="sf-grow"><span class="sf-quiet">${t("merchant.hint")}</span> <${Evidence} intent=${hint.intent} evidence=${hint.evidence} /></span>
    ${entry.kind === "invite" ? html`<button type="button" class="sf-btn" data-size="small"
      onClick=${onInvite}>${t("merchant.invite")}</button>` : null}
    <button type="button" class="sf-btn" data-tone="quiet" data-size="small" aria-label=${t("merchant.hintClose")}
      onClick=${() => setDismissed(hint.seq)}>✕</button>
  </div>`;
}
