// @ts-check
/** The line that says how this room's round stands: it runs, it is late, or it does not count and why (R30). */
import { useApp, useNow } from "../lib/app.js";
import { Sign } from "../lib/components/sign.js";
import { html } from "../lib/html.js";
import { countdown } from "../lib/times.js";
import { exemptionOf, resumesAfter } from "./exemption.js";
import { waitOf } from "./waiting.js";

const RING = 2 * Math.PI * 9; // px around the ring of radius 9

/** @param {{room: import("../lib/room.js").Room, onWhy: () => void}} props */
export function RoundBar({ room, onWhy }) {
  const { client } = useApp();
  const wait = waitOf(room, client.now());
  if (wait.kind === "exempt") return html`<${Exempt} room=${room} onWhy=${onWhy} />`;
  if (wait.kind === "running" || wait.kind === "late") return html`<${Running} room=${room} />`;
  return html`<${Still} room=${room} wait=${wait} onWhy=${onWhy} />`;
}

/** @param {{room: import("../lib/room.js").Room}} props */
function Running({ room }) {
  const { t, times } = useApp();
  const now = useNow(250);
  const { kind, opened_at = now, due_at = now, tone } = waitOf(room, now);
  const late = kind === "late";
  const time = late ? passed(now - due_at) : countdown(due_at - now);
  return html`<div class="sf-banner m-round" data-tour="countdown" data-tone=${tone}>
    <${Ring} part=${late ? 1 : (now - opened_at) / (due_at - opened_at)} />
    <strong class="sf-num m-figure" role="timer">${late ? `+${time}` : time}</strong>
    <span class="sf-grow sf-cut" data-yields=${room.phase === "invite_pending"}>
      ${t(late ? "merchant.round.late" : "merchant.round.running", { time: times.clock(opened_at) })}</span>
    ${room.phase === "invite_pending" ? html`<span class="m-aside">${t("merchant.round.pending")}</span>` : null}
  </div>`;
}

/** Nobody waits: what was last, in the same place, so that nothing moves. @param {any} props */
function Still({ room, wait, onWhy }) {
  const { t } = useApp();
  if (resumesAfter(room)) return html`<${Line} text=${t("merchant.round.resumes")} />`;
  if (room.phase === "invite_pending") return html`<${Line} text=${t("merchant.round.pending")} />`;
  if (wait.kind === "not_assessed") return html`<${Line} text=${t("merchant.round.notAssessed")} onWhy=${onWhy} />`;
  if (wait.kind === "void") {
    const text = t("merchant.round.void", { reason: t(`merchant.void.${wait.reason}`) });
    return html`<${Line} voice="platform" text=${text} onWhy=${onWhy} />`;
  }
  if (wait.kind !== "answered") return html`<${Line} text=${t("merchant.round.none")} />`;
  const { state, opened_at, closed_at } = room.timer;
  const late = state === "late";
  const time = closed_at === undefined ? "" : passed(closed_at - opened_at);
  return html`<${Line} tone=${late ? "late" : "calm"} text=${t(late ? "merchant.round.answeredLate" : "merchant.round.answered", { time })} />`;
}

/** @param {{text: string, tone?: string, voice?: string, onWhy?: () => void}} props */
function Line({ text, tone = "calm", voice, onWhy }) {
  return html`<div class="sf-banner m-round" data-tone=${voice ? undefined : tone} data-voice=${voice}>
    <span class="sf-grow sf-num">${text}</span>${onWhy ? html`<${WhyButton} onWhy=${onWhy} />` : null}
  </div>`;
}

/** Whole seconds that have passed, as m:ss. @param {number} ms */
const passed = (ms) => countdown(Math.floor(ms / 1000) * 1000);

/** The violet bar: the timer stands, and why. @param {{room: import("../lib/room.js").Room, onWhy: () => void}} props */
function Exempt({ room, onWhy }) {
  const { t, times } = useApp();
  const { stopped, since_at, waited_ms, shown } = exemptionOf(room);
  const since = since_at === undefined ? t("merchant.exempt.plain") : t("merchant.exempt.since", { time: times.clock(since_at) });
  return html`<div class="sf-banner m-round" data-voice="platform" role="status">
    <${PauseSign} />
    <p class="sf-grow">
      <strong>${t(stopped ? "merchant.exempt.stopped" : "merchant.exempt.title")}</strong> <span class="m-long">${since}</span>
      ${since_at === undefined ? null : html`<span class="m-short">${t("merchant.exempt.short", { time: times.clock(since_at) })}</span>`}
      ${waited_ms === undefined ? null : html` <span class="sf-num">${t("merchant.exempt.late", { time: passed(waited_ms) })}</span>`}
      ${shown === undefined ? null : html` <${Ticking} opened_at=${shown} />`}
    </p>
    <${WhyButton} onWhy=${onWhy} />
  </div>`;
}

/** A countdown that people see and no measure knows (R30). @param {{opened_at: number}} props */
function Ticking({ opened_at }) {
  const { t } = useApp();
  const now = useNow(1000);
  return html`<span class="sf-num" role="timer">${t("merchant.exempt.shown", { time: passed(now - opened_at) })}</span>`;
}

/** @param {{onWhy: () => void}} props */
function WhyButton({ onWhy }) {
  const { t } = useApp();
  return html`<button type="button" class="sf-btn" data-tone="link" data-press="why" onClick=${onWhy}>${t("merchant.why")}</button>`;
}

/** @param {{part: number}} props how much of the time is used, from 0 to 1 */
function Ring({ part }) {
  const used = Math.min(1, Math.max(0, part));
  return html`<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke-width="2.6" aria-hidden="true">
    <circle cx="12" cy="12" r="9" stroke="var(--line-strong)" />
    <circle cx="12" cy="12" r="9" stroke="currentColor" stroke-linecap="round" transform="rotate(-90 12 12)"
      stroke-dasharray=${RING} stroke-dashoffset=${RING * used} />
  </svg>`;
}

function PauseSign() {
  return html`<${Sign} size="26" weight="2"><circle cx="12" cy="12" r="9" opacity="0.35" /><path d="M10 9v6M14 9v6M12 3a9 9 0 0 1 9 9" /><//>`;
}
