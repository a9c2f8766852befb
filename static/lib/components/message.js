// @ts-check
/** One row of the log that somebody wrote. */
import { html } from "../html.js";
import { useApp } from "../app.js";
import { tickOf } from "../timeline.js";
import { Avatar, RoleBadge } from "./marks.js";
import { OrderCard, ParcelCard, PromotionCard } from "./cards.js";
import { Pieces } from "./evidence.js";

const RECALL_MS = 2 * 60_000; // R48
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,3}$/u;

/**
 * @param {object} props
 * @param {import("../timeline.js").Message} props.message
 * @param {import("../room.js").Room} props.room
 * @param {import("../room.js").Who} props.me
 * @param {number} props.now
 * @param {(message: import("../timeline.js").Message) => any} [props.tag] a chip beside the name
 * @param {Map<number, {text: string, hit: boolean}[]>} [props.traces] words that are set off, by seq
 */
export function MessageRow({ message, room, me, now, tag, traces }) {
  const { times, t } = useApp();
  const { by, mine, first, last, state, at } = message;
  const label = tag?.(message);
  const named = (!mine && first) || (mine && label);
  const recallable = mine && state === "posted" && now - at < RECALL_MS;
  const when = html`<time title=${times.exact(at)} datetime=${new Date(at).toISOString()}>${times.clock(at)}</time>`;
  return html`<div class="sf-msg" data-voice=${by.role} data-mine=${String(mine)} data-first=${String(first)}
    data-last=${String(last)} data-state=${state}>
    ${!mine && first ? html`<${Avatar} name=${by.name} voice=${by.role} />` : null}
    ${named
      ? html`<div class="sf-by">
          ${mine ? null : html`<${RoleBadge} role=${by.role} /><span class="sf-cut">${by.name}</span><span>·</span>${when}`}${label}
        </div>`
      : html`<span class="sf-hidden">${mine ? t("chat.you") : by.name} ${times.clock(at)}</span>`}
    <div class="sf-line" title=${times.exact(at)} tabindex=${recallable ? -1 : undefined}>
      ${mine ? html`<${Own} message=${message} room=${room} me=${me} recallable=${recallable} />` : null}
      <${Body} body=${message.body} room=${room} pieces=${traces?.get(message.seq ?? 0)} />
    </div>
    ${state === "failed" ? html`<${Failed} message=${message} />` : null}
  </div>`;
}

/** What stands before an own bubble: how far it came, and taking it back. @param {any} props */
function Own({ message, room, me, recallable }) {
  const { t, client, speech, toasts } = useApp();
  const recall = () =>
    client
      .request("recall_message", { room: room.id, seq: message.seq })
      .catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  return html`
    ${recallable ? html`<button type="button" class="sf-do" onClick=${recall}>${t("message.recall")}</button>` : null}
    ${message.last || message.state !== "posted" ? html`<${Tick} message=${message} room=${room} me=${me} />` : null}
  `;
}

/** @param {any} props */
function Tick({ message, room, me }) {
  const { t, client } = useApp();
  const { state, readers } = tickOf(message, room, me);
  if (state === "failed") return null;
  const queued = state === "pending" && !client.connection.live;
  const text = state === "read" && readers > 1 ? t("tick.readBy", { n: readers }) : t(`tick.${queued ? "queued" : state}`);
  return html`<span class="sf-tick sf-num" data-state=${state}><${TickSign} state=${state} />${text}</span>`;
}

/** @param {{state: string}} props */
function TickSign({ state }) {
  const paths = {
    pending: ["M7 3.5V7l2.2 1.4", "M7 1.7a5.3 5.3 0 1 1 0 10.6A5.3 5.3 0 0 1 7 1.7"],
    sent: ["M2.5 7.5 5.5 10.5 11.5 3.5"],
  }[state] ?? ["M1 7.5 4 10.5 10 3.5", "M6.5 10 7 10.5 13 3.5"];
  return html`<svg width="12" height="12" viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths.map((d) => html`<path d=${d} />`)}</svg>`;
}

/** @param {{message: import("../timeline.js").Message}} props */
function Failed({ message }) {
  const { t, client, speech } = useApp();
  const ref = /** @type {string} */ (message.ref);
  return html`<div class="sf-failed" role="alert">
    <span>${t("tick.failed")}${message.code ? ` · ${speech.error(message.code)}` : ""}</span>
    <button type="button" class="sf-btn" data-size="small" onClick=${() => client.retry(ref)}>${t("message.retry")}</button>
    <button type="button" class="sf-btn" data-tone="quiet" data-size="small" onClick=${() => client.discard(ref)}>${t("message.discard")}</button>
  </div>`;
}

/**
 * What a message holds; a kind of a later server says so instead of vanishing.
 * @param {{body: any, room: import("../room.js").Room, pieces?: {text: string, hit: boolean}[]}} props
 */
export function Body({ body, room, pieces }) {
  const { t, options } = useApp();
  switch (body?.kind) {
    case "text":
      return html`<div class="sf-bubble" data-emoji=${ONLY_EMOJI.test(body.text) ? "" : undefined}>
        ${pieces ? html`<${Pieces} pieces=${pieces} />` : body.text}</div>`;
    case "order":
      return html`<${OrderCard} room=${room} order=${body.order} />`;
    case "parcel":
      return html`<${ParcelCard} room=${room} order=${body.order} />`;
    case "promotion":
      return html`<${PromotionCard} body=${body} />`;
    case "image": {
      const Image = /** @type {any} */ (options).Image;
      return Image ? html`<${Image} body=${body} />` : html`<div class="sf-bubble">[${body.alt || t("message.image")}]</div>`;
    }
    default:
      return html`<div class="sf-bubble sf-quiet">${t(body ? "message.unknown" : "message.erased")}</div>`;
  }
}
