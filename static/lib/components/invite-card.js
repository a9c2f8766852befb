// @ts-check
/** The card that asks a buyer to let a courier agent in (R10): to answer, or only to look at. */
import { html, useEffect, useRef, useState } from "../html.js";
import { useApp, useAppState, useNow } from "../app.js";
import { reasonOf } from "../notices.js";
import { countdown } from "../times.js";
import { orderIn, orderName, tailOf } from "./cards.js";
import { Dots } from "./marks.js";

/**
 * @param {object} props
 * @param {import("../room.js").Room} props.room
 * @param {string} props.id
 * @param {boolean} [props.answerable] the viewer is the buyer
 * @param {(invite: any) => void} [props.onChangeOrder]
 * @param {() => void} [props.onWithdraw] the viewer is its inviter
 * @param {any} [props.aside] what somebody who only looks can do besides
 */
export function InviteCard({ room, id, answerable, onChangeOrder, onWithdraw, aside }) {
  const { t, speech } = useApp();
  const answered = useRef(false); // here, so that the focus stays with the card
  const invite = room.invites[id];
  if (!invite) return null;
  if (invite.state !== "offered") {
    return html`<${Outcome} room=${room} invite=${invite} answerable=${answerable} focused=${answered.current} aside=${aside} />`;
  }
  const onAnswer = () => (answered.current = true);
  return html`<article class="sf-card sf-invite" data-voice="platform" data-state="offered" aria-label=${t("invite.title")}>
    <header>
      <h2><${Dots} three="waiting" />${t(answerable ? "invite.title" : "invite.titleStaff")}</h2>
      <p>${whyOf(invite, room, speech)}</p>
    </header>
    <${Facts} room=${room} invite=${invite} answerable=${answerable} onChangeOrder=${onChangeOrder} />
    ${answerable ? html`<${Answers} room=${room} invite=${invite} onAnswer=${onAnswer} />` : html`<${Watch} invite=${invite} onWithdraw=${onWithdraw} aside=${aside} />`}
  </article>`;
}

/** What stands below a card that is somebody else's to answer. @param {any} props */
function Watch({ invite, onWithdraw, aside }) {
  const { t } = useApp();
  return html`<footer class="sf-num">
    <span>${t("invite.waitingBuyer")} · <${Expiry} invite=${invite} /></span>
    ${onWithdraw ? html`<button type="button" class="sf-btn" data-tone="link" onClick=${onWithdraw}>${t("invite.withdraw")}</button>` : null}
    ${aside}
  </footer>`;
}

/** @param {{invite: any}} props */
function Expiry({ invite }) {
  const { t } = useApp();
  const left_ms = invite.expires_at - useNow(1000);
  return html`<span>${left_ms > 0 ? t("invite.expiresIn", { time: countdown(left_ms) }) : t("invite.expiring")}</span>`;
}

/** @param {any} invite @param {import("../room.js").Room} room @param {import("../i18n.js").Speech} speech */
function whyOf(invite, room, speech) {
  const courier = speech.named("carrier", invite.carrier);
  if (invite.inviter === "merchant") {
    return speech.t("invite.byShop", { shop: room.shop.name || speech.t("role.merchant"), courier });
  }
  const topic = invite.intent ? speech.named("intent", invite.intent) : "";
  return topic ? speech.t("invite.why", { topic, courier }) : speech.t("invite.whyPlain", { courier });
}

/** @param {any} props */
function Facts({ room, invite, answerable, onChangeOrder }) {
  const { t, speech, client } = useApp();
  const order = useAppState((state) => orderIn(state, room.id, invite.order));
  const limits = useAppState((state) => state.limits);
  const [more, setMore] = useState(false);
  const parcel = order?.parcels?.find((/** @type {any} */ candidate) => candidate.id === invite.parcel);
  const courier = speech.named("carrier", invite.carrier);
  const change = () => onChangeOrder?.(invite);
  return html`
    <dl class="sf-facts">
      <dt>${t("invite.inviter")}</dt>
      <dd>${invite.inviter === "merchant" ? room.shop.name || t("role.merchant") : t("role.platform")}</dd>
      <dt>${t("invite.order")}</dt>
      <dd>${orderName(order, speech, invite.order)} <span class="sf-quiet sf-num">…${tailOf(invite.order)}</span>
        ${onChangeOrder ? html` <button type="button" class="sf-btn" data-tone="link" onClick=${change}>${t("invite.changeOrder")}</button>` : null}
      </dd>
      <dt>${t("invite.parcel")}</dt>
      <dd>${courier} · <span class="sf-num">${t("invite.tail", { tail: tailOf(parcel?.tracking ?? invite.parcel) })}</span></dd>
      <dt>${t("invite.hours")}</dt><dd class="sf-num">${limits.service_hours ?? "9:00–21:00"}</dd>
      <dt>${t("invite.scope")}</dt>
      <dd>${t("invite.scopeShort")}
        ${answerable
          ? html` <button type="button" class="sf-btn" data-tone="link" aria-expanded=${more} onClick=${() => setMore(!more)}>
              ${t(more ? "invite.scopeLess" : "invite.scopeMore")}
            </button>`
          : null}
      </dd>
    </dl>
    ${more ? html`<p class="sf-scope">${t("invite.scopeLong", { courier })}</p>` : null}
    ${answerable ? html`<p class="sf-scope">${t("invite.noHarm")}</p>` : null}
  `;
}

/** Both answers equally easy; a refusal says why and leaves them there. @param {any} props */
function Answers({ room, invite, onAnswer }) {
  const { t, client, speech } = useApp();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const answer = async (/** @type {Record<string, any>} */ choice) => {
    setBusy(true);
    setProblem("");
    onAnswer();
    try {
      await client.request("answer_invite", { room: room.id, invite: invite.id, ...choice });
    } catch (refusal) {
      setProblem(speech.error(/** @type {any} */ (refusal).code));
    }
    setBusy(false);
  };
  return html`
    ${problem ? html`<p class="sf-problem" role="alert">${problem}</p>` : null}
    <div class="sf-answers">
      <button type="button" class="sf-btn" disabled=${busy} onClick=${() => answer({ accept: false })}>${t("invite.decline")}</button>
      <button type="button" class="sf-btn" data-tone="primary" disabled=${busy} onClick=${() => answer({ accept: true })}>${t("invite.accept")}</button>
    </div>
    <footer class="sf-num">
      <${Expiry} invite=${invite} />
      <button type="button" class="sf-btn" data-tone="link" disabled=${busy} onClick=${() => answer({ accept: false, never_again: true })}>
        ${t("invite.never")}
      </button>
    </footer>
  `;
}

const REOPENS = new Set(["declined", "expired"]); // R11

/** @param {any} props */
function Outcome({ room, invite, answerable, focused, aside }) {
  const { t, speech, times, client, toasts } = useApp();
  const card = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (focused && card.current?.ownerDocument.activeElement === document.body) card.current.focus({ preventScroll: true });
  }, []);
  const again = () =>
    client
      .request("reopen_invite", { room: room.id, invite: invite.id })
      .catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  const mine = answerable && speech.has(`invite.you.${invite.state}`);
  const said = t(mine ? `invite.you.${invite.state}` : `invite.state.${invite.state}`);
  const reason = invite.reason && invite.state !== "accepted" ? reasonOf(invite.reason, speech) : "";
  const asks = answerable && REOPENS.has(invite.state) && room.phase === "two_party" && invite.id === newestOf(room);
  return html`<article class="sf-card sf-invite" data-state=${invite.state} tabindex=${focused ? -1 : undefined} ref=${card} aria-label=${t("invite.title")}>
    <div class="sf-outcome sf-num" data-state=${invite.state}>
      <p class="sf-grow"><strong>${invite.state === "accepted" ? "✓" : ""} ${said}</strong>
      <span>${[speech.named("carrier", invite.carrier), t("order.no", { no: `…${tailOf(invite.order)}` })].join(" · ")}</span>
      ${reason ? html`<span>${reason}</span>` : null}
      ${invite.ended_at ? html`<time class="sf-quiet" title=${times.exact(invite.ended_at)}>${times.clock(invite.ended_at)}</time>` : null}</p>
      ${asks ? html`<button type="button" class="sf-btn" data-size="small" onClick=${again}>${t("invite.again")}</button>` : null}
      ${aside}
    </div>
  </article>`;
}

/** @param {import("../room.js").Room} room the only card that can be asked for again */
function newestOf(room) {
  return Object.values(room.invites).sort((a, b) => (b.offered_seq ?? 0) - (a.offered_seq ?? 0))[0]?.id;
}
