// @ts-check
/** The line above the log while a courier agent is asked for or there (R44, R14). */
import { useApp, useNow } from "../lib/app.js";
import { Banner } from "../lib/components/banner.js";
import { Dialog } from "../lib/components/dialog.js";
import { html, useState } from "../lib/html.js";
import { countdown } from "../lib/times.js";

const MINUTE_MS = 60_000;

/**
 * @param {{room: import("../lib/room.js").Room, onAsk: () => void}} props
 * onAsk puts the cursor into the input
 */
export function SessionBar({ room, onAsk }) {
  const { t, client, toasts, speech } = useApp();
  const [ending, setEnding] = useState(false);
  const [asking, setAsking] = useState(false);
  const session = room.session;
  if (room.phase !== "three_party" || !session) return null;
  const end = async (/** @type {boolean} */ ask) => {
    setEnding(false);
    try {
      await client.request("end_session", { room: room.id, session: session.id });
    } catch (refusal) {
      toasts.show(speech.error(/** @type {any} */ (refusal).code));
      return;
    }
    if (ask) onAsk();
  };
  const waiting = session.state !== "active";
  return html`
    <div class="sf-banner sf-session" data-voice="logistics" role="status">
      ${waiting ? html`<span class="sf-spinner"></span>` : null}
      <span class="sf-grow sf-num">${waiting ? placeOf(room, t, speech) : servedBy(session, t, speech)}${" "}
        <button type="button" class="sf-btn" data-tone="link" onClick=${() => setAsking(true)}>${t("session.who")}</button>
      </span>
      <button type="button" class="sf-btn" data-size="small" onClick=${() => setEnding(true)}>
        ${t(waiting ? "session.stopWaiting" : "session.endShort")}
      </button>
    </div>
    ${room.idle ? html`<${Idle} room=${room} />` : null}
    ${asking ? html`<${WhoSees} carrier=${session.carrier} onClose=${() => setAsking(false)} />` : null}
    ${ending ? html`<${Ending} onEnd=${end} onClose=${() => setEnding(false)} />` : null}
  `;
}

/** @param {import("../lib/room.js").Room} room @param {any} t @param {any} speech */
function placeOf(room, t, speech) {
  const { queue, session } = room;
  if (!queue) return t("session.connecting", { courier: speech.named("carrier", session.carrier) });
  const n = queue.place - 1;
  const timed = typeof queue.expected_ms === "number" && queue.expected_ms > 0;
  const m = timed ? Math.max(1, Math.ceil(queue.expected_ms / MINUTE_MS)) : 0;
  const key = n > 0 ? "session.queue" : "session.next";
  return t(timed ? key : `${key}NoTime`, { n, m });
}

/** @param {any} session @param {any} t @param {any} speech */
function servedBy(session, t, speech) {
  const { name, badge, carrier } = session.agent ?? {};
  const said = t("session.served", { courier: speech.named("carrier", carrier ?? session.carrier), name: name ?? "" });
  const number = badge ? ` · ${t("session.servedBadge", { badge })}` : "";
  return html`${said}${number}${session.checking ? html`<br />${t("session.checking")}` : null}`;
}

/** The server will end an idle session; one press keeps it. @param {{room: import("../lib/room.js").Room}} props */
function Idle({ room }) {
  const { t, client, toasts, speech } = useApp();
  const now = useNow(1000);
  const keep = () =>
    client
      .request("keep_session", { room: room.id, session: room.idle.session })
      .then(() => client.store.dispatch({ type: "kept", room: room.id }))
      .catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  const time = countdown(room.idle.ends_at - now);
  return html`<${Banner} tone="warn" text=${t("session.idle", { time })}>
    <button type="button" class="sf-btn" data-size="small" onClick=${keep}>${t("session.keep")}</button><//>`;
}

/** In the room, too, one can see who sees what (R46). @param {{carrier: string, onClose: () => void}} props */
function WhoSees({ carrier, onClose }) {
  const { t, speech } = useApp();
  return html`<${Dialog} title=${t("session.who")} onClose=${onClose}>
    <p>${t("session.whoBody", { courier: speech.named("carrier", carrier) })}</p>
  <//>`;
}

/** @param {{onEnd: (ask: boolean) => void, onClose: () => void}} props */
function Ending({ onEnd, onClose }) {
  const { t } = useApp();
  const footer = html`
    <button type="button" class="sf-btn" onClick=${() => onEnd(false)}>${t("session.end")}</button>
    <button type="button" class="sf-btn" data-tone="primary" data-autofocus onClick=${() => onEnd(true)}>${t("session.endAsk")}</button>
  `;
  return html`<${Dialog} title=${t("session.endTitle")} onClose=${onClose} footer=${footer}><p>${t("session.endBody")}</p><//>`;
}
