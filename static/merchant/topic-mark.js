// @ts-check
/** "Wrong topic?" on a platform's card: what the question really was, in the agent's words (R2). */
import { useApp, useAppState } from "../lib/app.js";
import { Menu } from "../lib/components/menu.js";
import { html, useRef } from "../lib/html.js";
import { NO_TOPIC, TOPICS, markOf, topicName } from "./topics.js";

/** @param {{room: import("../lib/room.js").Room, card: {id: string, intent: string}}} props */
export function TopicMark({ room, card }) {
  const { t, client, speech } = useApp();
  const live = useAppState((state) => state.link.phase === "live");
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const mark = markOf(room, card, live);
  const says = (/** @type {string} */ intent) => client.markInvite(room.id, card.id, intent);
  const undo = () => {
    box.current?.querySelector("button")?.focus(); // this button goes, that one stays
    says(card.intent);
  };
  const changed = mark.intent !== card.intent;
  const label = changed ? t(`merchant.wrong.${mark.state}`, { topic: topicName(mark.intent, speech) }) : t("merchant.wrong");
  return html`<div class="m-mark" ref=${box} data-state=${mark.state} aria-busy=${mark.state === "sending"}>
    <${Menu} label=${label} title=${t("merchant.wrong.title")} tone="link" items=${itemsOf({ card, mark, says, t, speech })} />
    ${changed ? html`<span aria-hidden="true">·</span><button type="button" class="sf-btn" data-tone="link" onClick=${undo}>
      ${t("merchant.wrong.undo")}</button>` : null}
  </div>
  ${mark.state === "waiting" ? html`<p class="m-mark-note">${t("merchant.wrong.later")}</p>` : null}
  ${mark.code ? html`<${Refused} room=${room} card=${card} mark=${mark} onAgain=${says} />` : null}`;
}

/** @param {any} props */
function Refused({ room, card, mark, onAgain }) {
  const { t, client, speech } = useApp();
  const reason = speech.error(mark.code);
  const text = t(mark.wanted === card.intent ? "merchant.wrong.notUndone" : "merchant.wrong.notMarked", { reason });
  return html`<p class="m-mark-note" role="alert">${text}
    <button type="button" class="sf-btn" data-tone="link" onClick=${() => onAgain(mark.wanted)}>${t("action.retry")}</button>
    <button type="button" class="sf-btn" data-tone="link" onClick=${() => client.forgetMark(room.id, card.id)}>${t("action.cancel")}</button>
  </p>`;
}

/** "Not a delivery question" first, then the ten topics; the one that stands is checked. @param {any} view */
function itemsOf({ card, mark, says, t, speech }) {
  const item = (/** @type {string} */ intent) => ({
    label: topicName(intent, speech),
    hint: intent === card.intent ? t("merchant.wrong.own") : undefined,
    chosen: intent === mark.intent,
    onChoose: () => intent !== mark.intent && says(intent),
  });
  return [item(NO_TOPIC), /** @type {const} */ ("line"), ...TOPICS.map(item)];
}
