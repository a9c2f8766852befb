// @ts-check
import { html, useState } from "../html.js";
import { useApp } from "../app.js";
import { Dialog } from "./dialog.js";

const THEMES = ["system", "light", "dark"];

/** Sound, notifications, language and theme of one app. @param {{onClose: () => void}} props */
export function Settings({ onClose }) {
  const { t, alerts, toasts, locale, setLocale, theme, setTheme } = useApp();
  const [, redraw] = useState({});
  const mute = () => {
    alerts.mute(!alerts.muted);
    redraw({});
  };
  const ask = async () => {
    const granted = (await alerts.askForNotifications()) === "granted";
    toasts.show(t(granted ? "sound.notifyOn" : "sound.notifyDenied"));
    redraw({});
  };
  const other = locale === "en" ? "zh-CN" : "en";
  return html`<${Dialog} title=${t("menu.more")} onClose=${onClose}>
    <div class="sf-settings">
      <button type="button" class="sf-btn" data-autofocus aria-pressed=${!alerts.muted} onClick=${mute}>
        ${t(alerts.muted ? "sound.unmute" : "sound.mute")}
      </button>
      <button type="button" class="sf-btn" disabled=${alerts.notifications === "granted"} onClick=${ask}>
        ${t(alerts.notifications === "granted" ? "sound.notifyOn" : "sound.notify")}
      </button>
      <button type="button" class="sf-btn" lang=${other} onClick=${() => setLocale(other)}>${t("menu.language")}</button>
      <div class="sf-seg" role="group" aria-label=${t(`menu.theme.${theme}`)}>
        ${THEMES.map((name) => html`<button type="button" key=${name} aria-pressed=${name === theme} onClick=${() => setTheme(name)}>
          ${t(`menu.theme.${name}`)}
        </button>`)}
      </div>
    </div>
  <//>`;
}
