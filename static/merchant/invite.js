// @ts-check
/** "Invite logistics": would it be possible, for which order, and if not, why not (R3, R19). */
import { useApp, useAppState } from "../lib/app.js";
import { OrderLines, orderIn } from "../lib/components/cards.js";
import { Confirm, Dialog } from "../lib/components/dialog.js";
import { Empty } from "../lib/components/empty.js";
import { Sign } from "../lib/components/sign.js";
import { html, useEffect, useState } from "../lib/html.js";
import { entryOf, sortedChecks } from "./invites.js";
import { useWithdraw } from "./staff-card.js";

/** @param {import("../lib/room.js").Room} room */
export function useEntry(room) {
  const { client } = useApp();
  const me = useAppState((all) => all.you);
  const state = useAppState((all) => all.switch);
  const outdated = useAppState((all) => Boolean(all.upgrade));
  return entryOf({ room, state, device: client.connection.client.device, outdated, me });
}

/** The button beside the input, or what stands in its place. @param {{room: import("../lib/room.js").Room, onOpen: (sheet: string) => void}} props */
export function InviteEntry({ room, onOpen }) {
  const { t, speech } = useApp();
  const withdraw = useWithdraw(room);
  const entry = useEntry(room);
  switch (entry.kind) {
    case "closed":
      return html`<span class="m-closed sf-quiet">${speech.error(entry.reason ?? "").replace(/[。.]$/, "")}</span>`;
    case "pending":
      return html`<span class="sf-chip" data-voice="platform">${t("invite.waitingBuyer")}</span>`;
    case "withdraw":
      return html`<button type="button" class="sf-btn" data-size="small" data-press="invite"
        onClick=${() => withdraw(entry.invite ?? "")}>${t("invite.withdraw")}</button>`;
    case "end":
      return html`<button type="button" class="sf-btn" data-size="small" data-press="invite"
        onClick=${() => onOpen("end")}>${t("session.end")}</button>`;
    default:
      return html`<button type="button" class="sf-btn m-invite" data-size="small" data-press="invite" data-voice="logistics"
        onClick=${() => onOpen("invite")}>
          <${PlusSign} />${t("merchant.invite")}</button>`;
  }
}

/** @param {{room: import("../lib/room.js").Room, order?: string, onClose: () => void}} props */
export function InviteSheet({ room, order, onClose }) {
  const { t, client, speech } = useApp();
  const [wanted, setWanted] = useState(order);
  const [answer, setAnswer] = useState(/** @type {any} */ (undefined));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const check = () => {
    setProblem("");
    client
      .request("check_invite", { room: room.id, ...(wanted ? { order: wanted } : {}) })
      .then(setAnswer)
      .catch((refusal) => setProblem(refusal.code));
    client.fetchOrders(room.id).catch(() => {}); // the sheet shows the number where the name is not there
  };
  useEffect(check, [room.id, room.phase, wanted]);
  const offer = () => {
    setBusy(true);
    client
      .request("offer_invite", { room: room.id, ...(answer.order ? { order: answer.order } : {}) })
      .then(onClose)
      .catch((refusal) => (setProblem(refusal.code), setBusy(false)));
  };
  const footer = html`
    <button type="button" class="sf-btn" onClick=${onClose}>${t("action.cancel")}</button>
    <button type="button" class="sf-btn" data-tone="primary" data-autofocus disabled=${!answer?.possible || busy}
      onClick=${offer}>${t("merchant.invite.send")}</button>`;
  return html`<${Dialog} title=${t("merchant.invite.title")} onClose=${onClose} footer=${footer}>
    ${problem ? html`<p class="m-problem" role="alert">${speech.error(problem)}</p>` : null}
    ${answer ? html`<${Answer} room=${room} answer=${answer} onOrder=${setWanted} />` : null}
    ${answer || problem ? null : html`<${Empty} busy title=${t("merchant.invite.checking")} />`}
  <//>`;
}

/** @param {any} props */
function Answer({ room, answer, onOrder }) {
  const { t } = useApp();
  const orders = useAppState((state) => state.orders[room.id]);
  const others = (orders ?? []).filter((/** @type {any} */ order) => order.eligible && order.id !== answer.order);
  return html`
    <p class="m-lead">${t(answer.possible ? "merchant.invite.possible" : "merchant.invite.impossible")}</p>
    ${answer.order ? html`<${Chosen} room=${room} order=${answer.order} />` : null}
    ${others.length > 0
      ? html`<h3 class="m-subtitle">${t("merchant.invite.others")}</h3>
          ${others.map((/** @type {any} */ order) => html`<button type="button" key=${order.id} class="sf-choice" onClick=${() => onOrder(order.id)}>
            <${OrderLines} order=${order} id=${order.id} /></button>`)}`
      : null}
    <${Checks} checks=${answer.checks ?? []} />`;
}

/** @param {any} props */
function Chosen({ room, order: id }) {
  const order = useAppState((state) => orderIn(state, room.id, id));
  return html`<div class="m-chosen"><${OrderLines} order=${order} id=${id} /></div>`;
}

/** Every check, those that stand in the way first. @param {{checks: any[]}} props */
function Checks({ checks }) {
  const { t, speech } = useApp();
  const { failed, unasked, passed } = sortedChecks(checks);
  return html`<ul class="m-checks">
      ${failed.map((check) => html`<li key=${check.rule + check.reason} data-pass="false"><span aria-hidden="true">✕</span>
        <span class="sf-grow"><strong>${speech.error(check.reason ?? "")}</strong></span><span class="sf-quiet">${nameOf(check, speech)}</span>
          </li>`)}
      ${unasked.map((check) => html`<li key=${check.rule} data-pass="null"><span aria-hidden="true">–</span>
        <span class="sf-grow">${t("merchant.invite.unasked")}</span><span class="sf-quiet">${nameOf(check, speech)}</span></li>`)}
    </ul>
    ${passed.length > 0
      ? html`<details class="m-passed"><summary>${t("merchant.invite.passed", { n: passed.length })}</summary>
          <ul class="m-checks">${passed.map((check, i) => html`<li key=${check.rule + i} data-pass="true"><span aria-hidden="true">✓</span>
            <span class="sf-grow">${nameOf(check, speech)}</span><span class="sf-quiet">${check.rule}</span></li>`)}</ul></details>`
      : null}`;
}

/** @param {any} check @param {import("../lib/i18n.js").Speech} speech */
const nameOf = (check, speech) => speech.named("check", check.rule);

/** @param {{room: import("../lib/room.js").Room, onClose: () => void}} props */
export function EndSession({ room, onClose }) {
  const { t, client, toasts, speech } = useApp();
  const end = () => {
    onClose();
    client
      .request("end_session", { room: room.id, session: room.session?.id })
      .catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  };
  return html`<${Confirm} danger title=${t("session.endTitle")} body=${t("merchant.endBody")} yes=${t("session.end")} no=${t("desk.stay")}
    onYes=${end} onNo=${onClose} />`;
}

function PlusSign() {
  return html`<${Sign} size="16" weight="2"><circle cx="9" cy="12" r="5.5" /><path d="M18 9v6M15 12h6" /><//>`;
}
