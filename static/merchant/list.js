// @ts-check
/** The conversations of the shop. */
import { useApp, useAppState, useNow } from "../lib/app.js";
import { Empty } from "../lib/components/empty.js";
import { Avatar, modeOf } from "../lib/components/marks.js";
import { Sign } from "../lib/components/sign.js";
import { html } from "../lib/html.js";
import { countdown } from "../lib/times.js";
import { overdue, waitOf } from "./waiting.js";

/**
 * @param {object} props
 * @param {import("./conversations.js").Conversation[]} props.list
 * @param {string} [props.chosen]
 * @param {{query: string, longest: boolean}} props.wish
 * @param {(wish: {query: string, longest: boolean}) => void} props.onWish
 * @param {(id: string) => void} props.onSelect
 */
export function ConversationList({ list, chosen, wish, onWish, onSelect }) {
  const { t } = useApp();
  return html`<nav class="sf-list" aria-label=${t("desk.list")}>
    <div class="sf-finder">
      <input class="sf-input" type="search" value=${wish.query} placeholder=${t("merchant.search")} aria-label=${t("merchant.search")}
        onInput=${(/** @type {any} */ event) => onWish({ ...wish, query: event.target.value })} />
      <button type="button" class="sf-btn" data-size="icon" aria-pressed=${wish.longest} aria-label=${t("merchant.longest")}
        title=${t("merchant.longest")}
        onClick=${() => onWish({ ...wish, longest: !wish.longest })}><${HourglassSign} /></button>
    </div>
    <${Overdue} onSelect=${onSelect} />
    ${list.length === 0
      ? html`<${None} query=${wish.query} onClear=${() => onWish({ ...wish, query: "" })} />`
      : html`<ul class="sf-rows" onKeyDown=${walk}>
          ${list.map((conversation) => html`<li key=${conversation.id}>
            <${Row} conversation=${conversation} chosen=${conversation.id === chosen} onSelect=${onSelect} />
          </li>`)}
        </ul>`}
  </nav>`;
}

/** Arrows walk through the rows. @param {KeyboardEvent} event */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey) return;
  const rows = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll(".sf-row-button")]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
  event.preventDefault();
}

/** @param {any} props */
function None({ query, onClear }) {
  const { t } = useApp();
  if (query) return html`<${Empty} title=${t("merchant.noMatch")} action=${t("merchant.clear")} onAction=${onClear} />`;
  return html`<${Empty} title=${t("merchant.noRooms")} hint=${t("merchant.noRoomsHint")} />`;
}

/** @param {{conversation: import("./conversations.js").Conversation, chosen: boolean, onSelect: (id: string) => void}} props */
function Row({ conversation, chosen, onSelect }) {
  const { t } = useApp();
  const { id, name, room, unread, line } = conversation;
  return html`<button type="button" class="sf-row-button" aria-current=${chosen ? "true" : undefined} data-closed=${room.closed}
    onClick=${() => onSelect(id)}>
    <${Avatar} name=${name} voice="buyer" />
    <span class="sf-row-main">
      <span class="sf-row"><strong class="sf-cut">${name}</strong><${PhaseChip} room=${room} /></span>
      <span class="sf-cut sf-quiet">${line || t("chat.empty")}</span>
    </span>
    <span class="sf-row-end">
      <${Waiting} conversation=${conversation} />
      ${unread > 0 ? html`<span class="sf-count sf-num" aria-label=${t("desk.unread", { n: unread })}>${unread > 99 ? "99+" : unread}</span>` : null}
    </span>
  </button>`;
}

/** @param {{room: import("../lib/room.js").Room}} props */
function PhaseChip({ room }) {
  const { t } = useApp();
  const mode = modeOf(room);
  if (room.closed && mode === "two") return html`<span class="sf-badge">${t("merchant.phase.closed")}</span>`;
  if (mode === "two") return null;
  return html`<span class="sf-badge" data-voice=${mode === "pending" ? "platform" : "logistics"}>${t(`merchant.phase.${mode}`)}</span>`;
}

/** How long somebody waits; beside a session, that it does not count. @param {{conversation: import("./conversations.js").Conversation}} props */
function Waiting({ conversation }) {
  const { t, times } = useApp();
  const { room, at } = conversation;
  const running = conversation.wait.open && conversation.wait.kind !== "exempt";
  const now = useNow(1000, running);
  const wait = waitOf(room, now);
  if (wait.kind === "exempt") return html`<span class="m-wait" data-voice="platform">${t("merchant.exemptShort")}</span>`;
  if (running && wait.opened_at !== undefined) {
    const waited = countdown(Math.floor((now - wait.opened_at) / 1000) * 1000);
    return html`<span class="m-wait sf-num" data-tone=${wait.tone} title=${t("merchant.waited", { time: waited })}>${waited}</span>`;
  }
  return at ? html`<span class="m-wait sf-num">${times.relative(at, now)}</span>` : null;
}

/** One line for all rooms that wait too long (R36). @param {{onSelect: (id: string) => void}} props */
function Overdue({ onSelect }) {
  const { t, client } = useApp();
  const rooms = useAppState((state) => state.rooms);
  const any = Object.values(rooms).some((room) => waitOf(room, client.now()).open);
  const late = overdue(Object.values(rooms), useNow(1000, any));
  if (late.length === 0) return null;
  return html`<button type="button" class="m-overdue" onClick=${() => onSelect(late[0].id)}>
    <span class="sf-grow">${t("merchant.overdue", { n: late.length })}</span><span aria-hidden="true">→</span>
  </button>`;
}

function HourglassSign() {
  return html`<${Sign}><path d="M7 3.5h10M7 20.5h10M8 3.5c0 4.5 3 5.5 4 8.5-1 3-4 4-4 8.5M16 3.5c0 4.5-3 5.5-4 8.5 1 3 4 4 4 8.5" /><//>`;
}
