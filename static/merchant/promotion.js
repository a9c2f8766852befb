// @ts-check
/** A promotion card: at most one a buyer in 24 hours (R27); a refused one comes back here (R29). */
import { useApp, useAppState } from "../lib/app.js";
import { Dialog } from "../lib/components/dialog.js";
import { html, useEffect, useState } from "../lib/html.js";

/**
 * Takes a refused card out of the log and keeps it for the sheet, with the reason.
 * @param {import("../lib/room.js").Room} room
 * @param {() => void} onReturn
 */
export function useReturnedPromotion(room, onReturn) {
  const { client } = useApp();
  const refused = useAppState((state) =>
    state.outbox.find((parcel) => parcel.room === room.id && parcel.state === "failed" && parcel.body.kind === "promotion"),
  );
  const [returned, setReturned] = useState(/** @type {any} */ (undefined));
  useEffect(() => {
    if (!refused) return;
    setReturned({ body: refused.body, code: refused.code });
    client.discard(refused.ref);
    onReturn();
  }, [refused]);
  return returned;
}

/** @param {{room: import("../lib/room.js").Room, returned?: any, onClose: () => void}} props */
export function PromotionSheet({ room, returned, onClose }) {
  const { t, client, speech } = useApp();
  const [body, setBody] = useState(returned?.body ?? { kind: "promotion", title: "", text: "" });
  useEffect(() => {
    if (returned) setBody(returned.body);
  }, [returned]);
  const write = (/** @type {string} */ name) => (/** @type {any} */ event) => setBody({ ...body, [name]: event.target.value });
  const wrong = body.url && !/^https?:\/\/\S+$/.test(body.url);
  const ready = body.title.trim() && body.text.trim() && !wrong;
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!ready) return;
    const { url, ...rest } = body;
    client.post(room.id, url ? body : rest);
    onClose();
  };
  const footer = html`
    <button type="button" class="sf-btn" onClick=${onClose}>${t("action.cancel")}</button>
    <button type="submit" form="m-promotion" class="sf-btn" data-tone="primary" disabled=${!ready}>${t("merchant.promotion.send")}</button>`;
  return html`<${Dialog} title=${t("merchant.sendPromotion")} onClose=${onClose} footer=${footer}>
    ${returned ? html`<p class="m-returned" role="alert">${t("compose.returned", { reason: speech.error(returned.code) })}</p>` : null}
    <form id="m-promotion" class="sf-form" onSubmit=${send}>
      <label>${t("merchant.promotion.title")}<input class="sf-input" data-autofocus maxlength="60" value=${body.title}
        onInput=${write("title")} /></label>
      <label>${t("merchant.promotion.text")}<textarea class="sf-input" rows="3" maxlength="300" value=${body.text}
        onInput=${write("text")}></textarea></label>
      <label>${t("merchant.promotion.url")}<input class="sf-input" type="url" inputmode="url" placeholder="https://" aria-invalid=${Boolean(wrong)}
        value=${body.url ?? ""} onInput=${write("url")} /></label>
    </form>
    <p class="sf-quiet">${t(room.phase === "three_party" ? "merchant.promotion.free" : "merchant.promotion.limit")}</p>
  <//>`;
}
