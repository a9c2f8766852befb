// @ts-check
/** Why something counts or not: each measure's verdict on each message, with its rule (R42). */
import { useApp } from "../lib/app.js";
import { Dialog } from "../lib/components/dialog.js";
import { Empty } from "../lib/components/empty.js";
import { RoleBadge } from "../lib/components/marks.js";
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { bodyLine } from "./conversations.js";
import { exemptionOf, explained } from "./exemption.js";

const BEFORE = 40; // messages of which the reasons are shown
const LIMIT = 200;

/** @param {{room: import("../lib/room.js").Room, seq?: number, onClose: () => void}} props `seq` is opened at once */
export function Why({ room, seq, onClose }) {
  const { t } = useApp();
  const { answer, load } = useVerdicts(room, seq);
  return html`<${Dialog} title=${t("merchant.whyTitle")} onClose=${onClose}>
    <${Summary} room=${room} />
    ${answer?.code ? html`<${Failed} code=${answer.code} onAgain=${load} />` : null}
    ${answer ? null : html`<${Empty} busy title=${t("merchant.why.loading")} />`}
    ${answer?.rows?.length === 0 ? html`<${Empty} title=${t("merchant.why.none")} />` : null}
    ${answer?.rows?.length > 0
      ? html`<h3 class="m-subtitle">${t("merchant.why.messages")}</h3>
          <ul class="m-verdicts">${answer?.rows.map((/** @type {any} */ row) => html`<${Row} key=${row.seq} row=${row} open=${row.seq === seq} />`)}</ul>`
      : null}
  <//>`;
}

/** @param {import("../lib/room.js").Room} room @param {number | undefined} seq */
function useVerdicts(room, seq) {
  const { client } = useApp();
  const [answer, setAnswer] = useState(/** @type {any} */ (undefined));
  const load = () => {
    setAnswer(undefined);
    const after = Math.max(0, Math.min(seq ?? room.last, room.last - BEFORE) - 1);
    client.http
      .get(`/api/v1/rooms/${encodeURIComponent(room.id)}/verdicts?after=${after}&limit=${LIMIT}`)
      .then(({ verdicts }) => setAnswer({ rows: explained(room, verdicts) }))
      .catch((refusal) => setAnswer({ code: refusal.code }));
  };
  useEffect(load, [room.id, seq]);
  return { answer, load };
}

/** @param {any} props */
function Failed({ code, onAgain }) {
  const { t, speech } = useApp();
  return html`<${Empty} title=${t("error.title")} hint=${speech.error(code)} action=${t("action.retry")} onAction=${onAgain} />`;
}

/** The room as it stands, in sentences. @param {{room: import("../lib/room.js").Room}} props */
function Summary({ room }) {
  const { t, times } = useApp();
  const { timer } = room;
  const { since_at } = exemptionOf(room);
  const three = room.phase === "three_party";
  const lines = [
    three && since_at !== undefined ? t("merchant.why.session", { time: times.clock(since_at) }) : "",
    three ? "" : t(room.phase === "invite_pending" ? "merchant.round.pending" : "merchant.why.two"),
    timer ? t(`merchant.why.timer.${timer.state}`, { time: times.clock(timer.opened_at), reason: t(`merchant.void.${timer.reason}`) }) : "",
  ].filter(Boolean);
  return html`<div class="m-why" data-voice=${three ? "platform" : undefined}>
    ${lines.map((line) => html`<p key=${line}>${line}</p>`)}
    ${timer?.rule ? html`<p class="sf-quiet">${t("merchant.why.rule", { rule: timer.rule })}</p>` : null}
  </div>`;
}

/** @param {any} props */
function Row({ row, open }) {
  const { t, speech, times } = useApp();
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (open) box.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  const { envelope, verdicts, counted, seq } = row;
  const text = envelope ? bodyLine(envelope.event.body, speech) : t("merchant.why.older", { seq });
  const all = verdicts.every((/** @type {any} */ verdict) => verdict.counted === counted);
  return html`<li>
    <details open=${open} ref=${box}>
      <summary>
        ${envelope ? html`<${RoleBadge} role=${envelope.by.role} />` : null}
        <span class="sf-cut sf-grow">${text}</span>
        ${envelope ? html`<time class="sf-quiet sf-num">${times.clock(envelope.at)}</time>` : null}
        <span class="sf-chip" data-voice=${counted ? undefined : "platform"} data-outline=${counted ? true : undefined}>
          ${t(counted ? (all ? "merchant.why.counted" : "merchant.why.partly") : "message.notCounted")}</span>
      </summary>
      <dl class="m-measures">
        ${verdicts.map((/** @type {any} */ verdict) => html`<div key=${verdict.measure}>
          <dt>${speech.named("measure", verdict.measure)}</dt>
          <dd data-counted=${verdict.counted}>${t(verdict.counted ? "merchant.why.counted" : "message.notCounted")}</dd>
          <dd class="sf-quiet">${verdict.rule} · ${verdict.version}</dd>
        </div>`)}
      </dl>
    </details>
  </li>`;
}
