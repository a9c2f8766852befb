// @ts-check
/** Keys of a desk, and the sheet that lists them. */
import { html, useEffect, useRef, useState } from "../html.js";
import { useApp } from "../app.js";
import { chordOf, keysOf } from "../keys.js";
import { Dialog } from "./dialog.js";
import { Sign } from "./sign.js";

/**
 * @typedef {{chord: string, label: string, run: (root: HTMLElement | null) => void}} Shortcut
 * `chord` as "alt+KeyI": by place on the keyboard, so that it is the same in every layout
 */

/**
 * Listens inside the desk; on a page of its own everywhere, as nothing else can be meant.
 * @param {Shortcut[]} shortcuts
 * @returns {{root: {current: HTMLElement | null}, help: any, showHelp: () => void}}
 */
export function useShortcuts(shortcuts) {
  const { options, t } = useApp();
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const [help, setHelp] = useState(false);
  const showHelp = () => setHelp(true);
  const all = useRef(shortcuts);
  all.current = [...shortcuts, { chord: "alt+Slash", label: t("keys.help"), run: showHelp }];
  useEffect(() => {
    const target = options.titled ? document : root.current;
    const onKeyDown = (/** @type {any} */ event) => {
      if (event.isComposing || root.current?.querySelector("[aria-modal='true']")) return;
      const shortcut = all.current.find((/** @type {Shortcut} */ known) => known.chord === chordOf(event));
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run(root.current);
    };
    target?.addEventListener("keydown", onKeyDown);
    return () => target?.removeEventListener("keydown", onKeyDown);
  }, [options]);
  const sheet = help ? html`<${Help} shortcuts=${all.current} onClose=${() => setHelp(false)} />` : null;
  return { root, help: sheet, showHelp };
}

/** @param {{shortcuts: Shortcut[], onClose: () => void}} props */
function Help({ shortcuts, onClose }) {
  const { t } = useApp();
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const fixed = [
    { label: t("keys.send"), keys: ["Enter"] },
    { label: t("keys.break"), keys: ["Shift", "Enter"] },
    { label: t("keys.quick"), keys: ["/"] },
    { label: t("keys.close"), keys: ["Esc"] },
  ];
  const rows = [...shortcuts.map(({ label, chord }) => ({ label, keys: keysOf(chord, mac) })), ...fixed];
  return html`<${Dialog} title=${t("keys.title")} onClose=${onClose}>
    <dl class="sf-keys">
      ${rows.map(({ label, keys }) => html`<div key=${label}><dt>${label}</dt><dd>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dd></div>`)}
    </dl>
  <//>`;
}

/** Opens the sheet; where there is room, as a narrow pane is seldom used with keys. @param {{onHelp: () => void}} props */
export function KeysButton({ onHelp }) {
  const { t } = useApp();
  return html`<button type="button" class="sf-btn sf-wide-only" data-tone="quiet" data-size="icon" aria-label=${t("keys.title")}
    title=${t("keys.title")} onClick=${onHelp}>
    <${Sign} size="20" weight="1.6"><rect x="3" y="6" width="18" height="12" rx="2.5" /><path d="M7 10h.01M11 10h.01M15 10h.01M8 14h8" /><//>
  </button>`;
}
