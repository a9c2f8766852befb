// @ts-check
/** What one does with a conversation as a whole: who receives it, hand it over, end it. */
import { useApp, useAppState } from "../lib/app.js";
import { Dialog } from "../lib/components/dialog.js";
import { Avatar } from "../lib/components/marks.js";
import { html, useState } from "../lib/html.js";
import { EndSession } from "./invite.js";

const RECEPTIONS = ["human", "bot", "nobody"];

/** @param {{room: import("../lib/room.js").Room, onClose: () => void}} props */
export function Actions({ room, onClose }) {
  const { t, client, speech } = useApp();
  const [problem, setProblem] = useState("");
  const [ending, setEnding] = useState(false);
  const ask = (/** @type {string} */ type, /** @type {any} */ fields, /** @type {boolean} */ done) => {
    setProblem("");
    client
      .request(type, { room: room.id, ...fields })
      .then(() => done && onClose())
      .catch((/** @type {any} */ refusal) => setProblem(refusal.code));
  };
  const two = room.phase === "two_party";
  if (ending) return html`<${EndSession} room=${room} onClose=${onClose} />`;
  return html`<${Dialog} title=${t("merchant.actions")} onClose=${onClose}>
    ${problem ? html`<p class="m-problem" role="alert">${speech.error(problem)}</p>` : null}
    <h3 class="m-subtitle">${t("merchant.reception")}</h3>
    <div class="sf-seg m-seg" role="group" aria-label=${t("merchant.reception")}>
      ${RECEPTIONS.map((name) => html`<button type="button" key=${name} aria-pressed=${room.reception === name}
        onClick=${() => ask("set_reception", { reception: name }, false)}>${t(`merchant.reception.${name}`)}</button>`)}
    </div>
    <p class="sf-quiet">${t(`merchant.receptionHint.${room.reception}`)}</p>
    <h3 class="m-subtitle">${t("merchant.assign")}</h3>
    <${Colleagues} room=${room} onPick=${(/** @type {string} */ to) => ask("assign_room", { to }, true)} />
    <h3 class="m-subtitle">${t("merchant.finish")}</h3>
    ${room.session ? html`<button type="button" class="sf-btn m-wide" onClick=${() => setEnding(true)}>${t("session.end")}</button>` : null}
    <button type="button" class="sf-btn m-wide" disabled=${!two || room.closed}
      onClick=${() => ask("close_conversation", {}, true)}>${t("merchant.close")}</button>
    <p class="sf-quiet">${t(two ? "merchant.closeHint" : "merchant.closeLater")}</p>
  <//>`;
}

/** Colleagues of the shop, as far as any room tells of them. @param {any} props */
function Colleagues({ room, onPick }) {
  const { t } = useApp();
  const me = useAppState((state) => state.you);
  const rooms = useAppState((state) => state.rooms);
  const holder = room.held_by?.id ?? room.held_by;
  const known = new Map(
    Object.values(rooms).flatMap((other) => other.members.filter((member) => member.role === "merchant")).map((member) => [member.id, member]),
  );
  const people = [...known.values()].sort((a, b) => Number(b.id === me.id) - Number(a.id === me.id));
  if (people.length === 0) return html`<p class="sf-quiet">${t("merchant.nobody")}</p>`;
  return html`<ul class="m-people">${people.map((who) => html`<li key=${who.id}>
    <${Avatar} name=${who.name || who.id} voice="merchant" online=${Boolean(who.online)} />
    <span class="sf-grow sf-cut">${who.name || who.id}${who.id === me.id ? ` · ${t("chat.you")}` : ""}</span>
    ${who.id === holder
      ? html`<span class="sf-quiet">${t("merchant.holds")}</span>`
      : html`<button type="button" class="sf-btn" data-size="small"
        onClick=${() => onPick(who.id)}>${t(who.id === me.id ? "merchant.take" : "merchant.handOver")}</button>`}
  </li>`)}</ul>`;
}
