// @ts-check
/** This agent's sessions. */
import { useApp, useNow } from "../lib/app.js";
import { Avatar } from "../lib/components/marks.js";
import { html } from "../lib/html.js";
import { orderName } from "../lib/components/cards.js";
import { Nothing } from "./nothing.js";

const MINUTE_MS = 60_000;

/** @param {{list: import("./sessions.js").DeskSession[], chosen?: string, onSelect: (id: string) => void}} props */
export function SessionList({ list, chosen, onSelect }) {
  const { t } = useApp();
  const now = useNow(MINUTE_MS / 4);
  return html`<nav class="sf-list" aria-label=${t("courier.mine", { n: list.length })}>
    <h2 class="c-list-title">${t("courier.mine", { n: list.length })}</h2>
    ${list.length === 0
      ? html`<div class="c-none"><${Nothing} listed /></div>`
      : html`<ul class="sf-rows">${list.map((session) => html`<li key=${session.id}>
          <${Row} session=${session} chosen=${session.id === chosen} now=${now} onSelect=${onSelect} />
        </li>`)}</ul>`}
  </nav>`;
}

/** @param {any} props */
function Row({ session, chosen, now, onSelect }) {
  const { t, speech, times } = useApp();
  const { id, name, room, intent, line, at, unread, answers, idle } = session;
  const topic = intent ? speech.named("intent", intent) : orderName(room.context?.order, speech, room.session?.order ?? "");
  return html`<button type="button" class="sf-row-button" aria-current=${chosen ? "true" : undefined} onClick=${() => onSelect(id)}>
    <${Avatar} name=${name} voice="buyer" />
    <span class="sf-row-main">
      <span class="sf-row"><strong class="sf-cut">${name}</strong>
        ${idle ? html`<span class="sf-badge c-idle">${t("courier.idleShort")}</span>` : null}
        ${answers && !idle ? html`<span class="sf-badge" data-voice="buyer">${t("courier.answers")}</span>` : null}</span>
      <span class="sf-cut sf-quiet">${[topic, line].filter(Boolean).join(" · ")}</span>
    </span>
    <span class="sf-row-end">
      <time class="sf-quiet sf-num">${times.relative(at, now)}</time>
      ${unread > 0 ? html`<span class="sf-count sf-num" aria-label=${t("desk.unread", { n: unread })}>${unread > 99 ? "99+" : unread}</span>` : null}
    </span>
  </button>`;
}
