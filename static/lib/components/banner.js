// @ts-check
import { html } from "../html.js";
import { useApp, useAppState, useNow } from "../app.js";

/** What the line is doing, when it is not simply live. A drop that heals at once stays unseen. */
export function ConnectionBanner() {
  const { t, client, speech } = useApp();
  const link = useAppState((state) => state.link);
  const ready = useAppState((state) => state.ready);
  useNow(500, link.phase === "waiting");
  const again = () => client.connection.reconnectNow();
  if (link.phase === "offline") return html`<${Banner} tone="warn" text=${t("link.offline")} />`;
  if (link.phase === "waiting") {
    const s = Math.max(0, Math.ceil(((link.retry_at ?? 0) - client.clock.now()) / 1000));
    const late = link.attempt <= 1;
    return html`<${Banner} tone="warn" late=${late} text=${t("link.waiting", { s })} action=${t("link.now")} onAction=${again} />`;
  }
  if (link.phase === "stopped") {
    const key = `link.stopped.${link.code}`;
    const text = t(speech.has(key) ? key : "link.stopped.default");
    return html`<${Banner} tone="danger" text=${text} action=${t("link.again")} onAction=${again} />`;
  }
  if (link.phase === "connecting" && ready) return html`<${Banner} tone="warn" late text=${t("link.retrying")} />`;
  return null;
}

/**
 * One line between head and log.
 * @param {{tone?: string, voice?: string, text?: any, late?: boolean, action?: string, onAction?: () => void, children?: any}} props
 */
export function Banner({ tone, voice, text, late, action, onAction, children }) {
  return html`<div class="sf-banner" data-tone=${tone} data-voice=${voice} data-late=${late ? "" : undefined} role="status">
    <span class="sf-grow sf-num">${text}</span>${children}
    ${action ? html`<button type="button" class="sf-btn" data-tone="link" onClick=${onAction}>${action}</button>` : null}
  </div>`;
}
