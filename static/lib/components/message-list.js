// @ts-check
import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { useApp, useAppState, useNow } from "../app.js";
import { noticeOf } from "../notices.js";
import { timeline } from "../timeline.js";
import { Empty } from "./empty.js";
import { InviteCard } from "./invite-card.js";
import { MessageRow } from "./message.js";
import { useScroll } from "./scroll.js";

const AGE_MS = 10_000; // how often "can still be recalled" is looked at again

/**
 * The log of one room.
 * @param {object} props
 * @param {import("../room.js").Room} props.room
 * @param {(row: any) => any} [props.card] draws an invite; a card to look at by default
 * @param {(message: any) => any} [props.tag] a chip beside a message's name
 * @param {(envelope: any) => any} [props.after] something below an event's notice
 * @param {Map<number, {text: string, hit: boolean}[]>} [props.traces] words that are set off in messages, by seq
 * @param {string} [props.emptyHint]
 */
export function MessageList({ room, card, tag, after, traces, emptyHint }) {
  const { client, t, times } = useApp();
  const me = useAppState((state) => state.you);
  const all = useAppState((state) => state.outbox);
  const now = useNow(AGE_MS);
  const outbox = useMemo(() => all.filter((parcel) => parcel.room === room.id), [all, room.id]);
  const [unreadAfter, setUnreadAfter] = useState(() => room.read[me.id]);
  /** @type {any[]} */
  const rows = useMemo(
    () => timeline({ room, me, outbox, dayOf: times.dayOf, unreadAfter }),
    [room.events, room.recalled, room.sessions, room.session, outbox, me, times, unreadAfter],
  );
  const scroll = useScroll({
    rows,
    onNearFront: () => !room.loadFailed && client.fetchOlder(room.id),
    onEnd: (atEnd) => atEnd && readTo(client, room.id),
  });
  const fresh = useFresh(rows, room.last, scroll.atEnd);
  useEffect(() => client.ensureHistory(room.id), [room.id, room.events.length === 0]);
  useReading({ client, room, atEnd: scroll.atEnd });
  const written = outbox.at(-1)?.ref;
  const restored = useRef(written);
  useEffect(() => {
    if (written === undefined || written === restored.current) return;
    scroll.jump(); // what one writes is looked at, and then nothing above is unread
    setUnreadAfter(undefined);
  }, [written]);

  const views = { room, me, now, card, tag, after, traces };
  return html`<div class="sf-logbox">
    <div class="sf-log" role="log" tabindex="0" aria-label=${t("chat.log", { name: room.shop.name || room.id })}
      aria-busy=${room.loading} ref=${scroll.box} onScroll=${scroll.onScroll}>
      <div class="sf-items">
        <${Front} room=${room} empty=${rows.length === 0} emptyHint=${emptyHint} />
        ${rows.map((row) => html`<div class="sf-item" key=${row.key} data-key=${row.key}><${Row} row=${row} ...${views} /></div>`)}
        <${Silence} room=${room} rows=${rows} hint=${emptyHint} />
      </div>
    </div>
    ${scroll.atEnd ? null : html`<button type="button" class="sf-btn sf-pill sf-num" onClick=${scroll.jump}>
      ↓ ${fresh > 0 ? t("chat.newMessages", { n: fresh }) : t("chat.toBottom")}
    </button>`}
  </div>`;
}

/** What stands before the oldest row at hand. @param {any} props */
function Front({ room, empty, emptyHint }) {
  const { t, speech, client } = useApp();
  if (room.loadFailed) {
    const hint = speech.error(room.loadFailed);
    return html`<${Empty} title=${t("chat.loadFailed")} hint=${hint} action=${t("action.retry")} onAction=${() => client.fetchOlder(room.id)} />`;
  }
  if (empty && (room.loading || room.more)) return html`<${Empty} busy title=${t("chat.loading")} />`;
  if (empty) return html`<${Empty} title=${t("chat.empty")} hint=${emptyHint ?? t("chat.emptyHint")} />`;
  if (room.more) return html`<div class="sf-older">${room.loading ? t("chat.older") : ""}</div>`;
  return null;
}

/** Steps of the room, but nobody has said a word yet. @param {{room: any, rows: any[], hint?: string}} props */
function Silence({ room, rows, hint }) {
  const { t } = useApp();
  const steps = rows.length > 0 && rows.every((row) => row.type === "day" || row.type === "notice");
  if (!steps || room.more || room.loading || room.loadFailed) return null;
  const three = room.phase === "three_party";
  return html`<${Empty} three=${three} title=${t("chat.empty")} hint=${hint ?? t("chat.emptyHint")} />`;
}

/** @param {any} props */
function Row({ row, room, me, now, card, tag, after, traces }) {
  const { t, times, client } = useApp();
  switch (row.type) {
    case "day":
      return html`<div class="sf-day" role="separator">${times.day(row.at, client.now())}</div>`;
    case "unread":
      return html`<div class="sf-unread" role="separator">${t("chat.unread")}</div>`;
    case "recall":
      return html`<p class="sf-notice">${row.by.id === me.id && row.by.role === me.role
        ? t("message.recalledYou")
        : t("message.recalled", { name: row.by.name })}</p>`;
    case "invite":
      return card ? card(row) : html`<${InviteCard} room=${room} id=${row.invite} />`;
    case "message":
      return html`<${MessageRow} message=${row} room=${room} me=${me} now=${now} tag=${tag} traces=${traces} />`;
    default:
      return html`<${Notice} envelope=${row.envelope} room=${room} me=${me} after=${after} />`;
  }
}

/**
 * A centred, quiet line about a step of the room.
 * @param {{envelope: any, room: any, me: any, after?: (envelope: any) => any}} props
 */
export function Notice({ envelope, room, me, after }) {
  const { speech, times } = useApp();
  const notice = noticeOf(envelope, { speech, me, room });
  const below = after?.(envelope);
  if (!notice) return below ?? null;
  const text = notice.parts.map((part) => (part.param && notice.strong?.includes(part.param) ? html`<strong>${part.text}</strong>` : part.text));
  return html`<div class="sf-notice" data-voice=${notice.tone} title=${times.exact(envelope.at)}>
      <p>${text} · <time class="sf-num">${times.clock(envelope.at)}</time></p>
      ${notice.extra ? html`<p>${notice.extra}</p>` : null}
    </div>
    ${below}`;
}

/**
 * How many messages of others came while one was not at the end.
 * @param {any[]} rows
 * @param {number} last the room's newest seq
 * @param {boolean} atEnd
 */
function useFresh(rows, last, atEnd) {
  const seen = useRef(last);
  if (atEnd) seen.current = last;
  return rows.filter((row) => row.type === "message" && !row.mine && row.seq > seen.current).length;
}

/** @param {import("../client.js").Client} client @param {string} id */
function readTo(client, id) {
  const room = client.state.rooms[id];
  if (room && document.visibilityState === "visible") client.markRead(id, room.last);
}

/**
 * What is at the end of a visible log counts as read.
 * @param {{client: import("../client.js").Client, room: import("../room.js").Room, atEnd: boolean}} reading
 */
function useReading({ client, room, atEnd }) {
  const live = useAppState((state) => state.link.phase === "live");
  useEffect(() => {
    if (!atEnd) return undefined;
    const read = () => readTo(client, room.id);
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [room.id, room.last, atEnd, live]);
}
