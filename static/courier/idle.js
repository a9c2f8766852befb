// @ts-check
/** The server will end an idle session; one press keeps it (R14). */
import { useApp, useNow } from "../lib/app.js";
import { html } from "../lib/html.js";
import { countdown } from "../lib/times.js";

/** @param {{room: import("../lib/room.js").Room}} props */
export function Idle({ room }) {
  const { t, client, toasts, speech } = useApp();
  const now = useNow(1000, Boolean(room.idle));
  if (!room.idle) return null;
  const keep = () =>
    client
      .request("keep_session", { room: room.id, session: room.idle.session })
      .then(() => client.store.dispatch({ type: "kept", room: room.id }))
      .catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  return html`<div class="sf-banner" data-tone="warn" role="status">
    <span class="sf-grow sf-num">${t("courier.idle", { time: countdown(room.idle.ends_at - now) })}</span>
    <button type="button" class="sf-btn" data-size="small" data-press="keep" onClick=${keep}>${t("session.keep")}</button>
  </div>`;
}
