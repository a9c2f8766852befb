// @ts-check
import { html, useEffect, useState } from "../html.js";

const LATE_MS = 700; // most drops heal within this, and nothing should move for them
import { useApp, useAppState, useNow } from "../app.js";

/** What the line is doing, when it is not simply live. A drop that heals at once stays unseen. */
export function ConnectionBanner() {
  const { t, client, speech } = useApp();
  const link = useAppState((state) => state.link);
  const ready = useAppState((state) => state.ready);
  const broken = link.phase === "waiting" || (link.phase === "connecting" && ready);
  const late = useLate(broken && link.attempt <= 1);
  useNow(500, link.phase === "waiting");
  const again = () => client.connection.reconnectNow();
  if (link.phase === "offline") return html`<${Banner} tone="warn" text=${t("link.offline")} />`;
  if (link.phase === "waiting") {
    const s = Math.max(0, Math.ceil(((link.retry_at ?? 0) - client.clock.now()) / 1000));
    if (!late) return null;
    return html`<${Banner} tone="warn" text=${t("link.waiting", { s })} action=${t("link.now")} onAction=${again} />`;
  }
  if (link.phase === "stopped") {
    const key = `link.stopped.${link.code}`;
    const text = t(speech.has(key) ? key : "link.stopped.default");
    return html`<${Banner} tone="danger" text=${text} action=${t("link.again")} onAction=${again} />`;
  }
  if (broken && late) return html`<${Banner} tone="warn" text=${t("link.retrying")} />`;
  return null;
}

/**
 * False for the first moments of what may pass by itself.
 * @param {boolean} fresh
 */
function useLate(fresh) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!fresh) return undefined;
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [fresh]);
  return late || !fresh;
}

/**
 * One line between head and log.
 * @param {{tone?: string, voice?: string, text?: any, action?: string, onAction?: () => void, children?: any}} props
 */
export function Banner({ tone, voice, text, action, onAction, children }) {
  return html`<div class="sf-banner" data-tone=${tone} data-voice=${voice} role="status">
    <span class="sf-grow sf-num">${text}</span>${children}
    ${action ? html`<button type="button" class="sf-btn" data-tone="link" onClick=${onAction}>${action}</button>` : null}
  </div>`;
}
