// @ts-check
/** Small signs: who speaks, who is there, how many take part. */
import { html } from "../html.js";
import { useApp } from "../app.js";

/**
 * @param {{name?: string, voice?: string, large?: boolean, online?: boolean}} props
 * online undefined: no dot
 */
export function Avatar({ name, voice, large, online }) {
  const initial = initialOf(name);
  return html`<span class="sf-avatar" data-voice=${voice} data-size=${large ? "large" : undefined} aria-hidden="true">
    ${initial}${online === undefined ? null : html`<${PresenceDot} online=${online} />`}
  </span>`;
}

/** @param {string | undefined} name "小满" is known by 满, "林一" and "Ann" by their first */
function initialOf(name) {
  const letters = Array.from((name ?? "").trim());
  const pet = letters.length === 2 && ["小", "阿", "老"].includes(letters[0]);
  return (letters[pet ? 1 : 0] ?? "·").toUpperCase();
}

/** @param {{role: string}} props */
export function RoleBadge({ role }) {
  const { speech } = useApp();
  return html`<span class="sf-badge" data-voice=${role}>${speech.named("role", role)}</span>`;
}

/** @param {{online: boolean, labelled?: boolean}} props */
export function PresenceDot({ online, labelled }) {
  const { t } = useApp();
  const label = t(online ? "presence.online" : "presence.offline");
  return html`<span class="sf-presence" data-on=${String(online)} role=${labelled ? "img" : undefined}
    aria-label=${labelled ? label : undefined}></span>`;
}

/** @param {{three?: boolean | "waiting"}} props the third dot grows when a courier agent comes in */
export function Dots({ three = false }) {
  return html`<span class="sf-dots" data-three=${String(three)} aria-hidden="true">
    <i data-voice="buyer"></i><i data-voice="merchant"></i><i data-voice="logistics"></i>
  </span>`;
}

const VOICES = { two: undefined, pending: "platform", waiting: "logistics", joined: "logistics" };

/**
 * Says how a room stands. To a buyer it says who is there, never how many parties.
 * @param {{room: import("../room.js").Room}} props
 */
export function ModeChip({ room }) {
  const { t, role } = useApp();
  const state = modeOf(room);
  const staff = role !== "buyer" && (state === "two" || state === "joined");
  const text = t(staff ? `mode.staff.${state === "joined" ? "three" : "two"}` : `mode.${state}`);
  const three = state === "joined" ? true : state === "waiting" ? "waiting" : false;
  const names = room.members.filter((member) => member.online !== false).map((member) => member.name).filter(Boolean).join("、");
  const voice = VOICES[state];
  return html`<span class="sf-chip sf-mode" data-voice=${voice} data-outline=${voice ? undefined : true}
    title=${t("mode.present", { names })} style="--ring: ${voice ? `var(--${voice}-soft)` : "var(--sunken)"}">
    <${Dots} three=${three} /><span>${text}</span>
  </span>`;
}

/** @param {import("../room.js").Room} room @returns {"two" | "pending" | "waiting" | "joined"} */
export function modeOf(room) {
  if (room.phase === "invite_pending") return "pending";
  if (room.phase !== "three_party") return "two";
  return room.session?.state === "active" || room.members.some((member) => member.role === "logistics") ? "joined" : "waiting";
}
