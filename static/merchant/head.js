// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { Avatar } from "../lib/components/marks.js";
import { Settings } from "../lib/components/settings.js";
import { KeysButton } from "../lib/components/shortcuts.js";
import { Sign } from "../lib/components/sign.js";
import { html, useEffect, useState } from "../lib/html.js";

const STATUSES = ["online", "paused"];

/**
 * Who works here, whether they are there, and how the switch stands.
 * @param {{serving: number, onTools: () => void, onHelp: () => void}} props
 */
export function Head({ serving, onTools, onHelp }) {
  const { t } = useApp();
  const me = useAppState((state) => state.you);
  const shop = useAppState((state) => state.shopNames[state.you?.shop] ?? state.you?.shop);
  const [settings, setSettings] = useState(false);
  const name = me?.name || me?.id || "";
  return html`<header class="sf-head">
      <${Avatar} name=${name} voice="merchant" large />
      <div class="sf-grow">
        <h1 class="sf-cut">${shop ?? ""}<span class="m-title-rest">${shop ? " · " : ""}${t("merchant.titlePlain")}</span></h1>
        ${me ? html`<p class="sf-sub sf-num"><span class="sf-cut">${name}<span class="m-title-rest"> · ${t("merchant.serving", { n: serving })}</span>
          </span></p>` : null}
      </div>
      <${SwitchChip} onTools=${onTools} />
      <${Status} />
      <button type="button" class="sf-btn m-tools-button" aria-label=${t("merchant.tools")} onClick=${onTools}>
        <${SlidersSign} /><span>${t("merchant.tools")}</span></button>
      <${KeysButton} onHelp=${onHelp} />
      <button type="button" class="sf-btn" data-tone="quiet" data-size="icon" aria-label=${t("menu.more")}
        onClick=${() => setSettings(true)}>⋯</button>
    </header>
    ${settings ? html`<${Settings} onClose=${() => setSettings(false)} />` : null}`;
}

/** Whether this agent takes new conversations; said again after a reconnect, as a desk keeps it while it is connected. */
function Status() {
  const { t, client, toasts, speech } = useApp();
  const live = useAppState((state) => state.link.phase === "live");
  const [status, setStatus] = useState("online");
  const tell = (/** @type {string} */ next) =>
    client.request("set_status", { status: next }).catch((/** @type {any} */ refusal) => {
      toasts.show(speech.error(refusal.code));
      setStatus("online");
    });
  useEffect(() => {
    if (live && status !== "online") tell(status);
  }, [live]);
  const choose = (/** @type {string} */ next) => {
    setStatus(next);
    tell(next);
  };
  return html`<div class="sf-seg" role="group" aria-label=${t("merchant.status")}>
    ${STATUSES.map((name) => html`<button type="button" key=${name} data-status=${name} aria-pressed=${name === status} onClick=${() => choose(name)}>
      ${t(`presence.${name}`)}
    </button>`)}
  </div>`;
}

/** @param {{onTools: () => void}} props */
function SwitchChip({ onTools }) {
  const { t } = useApp();
  const state = useAppState((all) => all.switch);
  if (!state) return null;
  const text = t(state.enabled ? (state.auto ? "merchant.switch.on" : "merchant.switch.manual") : "merchant.switch.off");
  return html`<button type="button" class="sf-chip m-switch-chip sf-wide-only" data-voice=${state.enabled ? "logistics" : undefined}
    data-outline=${state.enabled ? undefined : true} onClick=${onTools}>${text}</button>`;
}

function SlidersSign() {
  return html`<${Sign}><path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2.2" /><circle cx="9" cy="17" r="2.2" /><//>`;
}
