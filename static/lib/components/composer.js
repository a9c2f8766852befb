// @ts-check
import { html, useLayoutEffect, useMemo, useRef, useState } from "../html.js";
import { useApp, useAppState } from "../app.js";
import { openImeGuard } from "../ime.js";
import { EmojiPicker } from "./emoji.js";

const LONGEST = 2000; // characters, R48
const COUNT_FROM = 1800;

/**
 * The input of one room. Its text is the room's draft, so it survives a reload and a refusal.
 * @param {object} props
 * @param {import("../room.js").Room} props.room
 * @param {string} [props.placeholder]
 * @param {any} [props.before] buttons before the field
 * @param {any} [props.after] buttons between the field and "send"
 * @param {(text: string) => boolean} [props.onText] sees every change; true if it took the text over
 * @param {(event: KeyboardEvent, text: string) => boolean} [props.onKey] true if it took the key over
 * @param {{current: HTMLTextAreaElement | null}} [props.fieldRef]
 */
export function Composer({ room, placeholder, before, after, onText, onKey, fieldRef }) {
  const { client, t } = useApp();
  const draft = useAppState((state) => state.drafts[room.id]);
  const own = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const field = fieldRef ?? own;
  const ime = useMemo(() => openImeGuard(), []);
  const [emoji, setEmoji] = useState(false);
  const text = draft?.text ?? "";
  const length = Array.from(text).length;
  const sendable = text.trim() !== "" && length <= LONGEST;

  useLayoutEffect(() => fit(field.current), [text]);
  const write = (/** @type {string} */ value) => {
    if (onText?.(value)) return;
    client.setDraft(room.id, value);
    if (value.trim()) client.typing(room.id);
  };
  const send = () => {
    if (!sendable) return;
    client.setDraft(room.id, "");
    client.post(room.id, { kind: "text", text: text.trim() });
    setEmoji(false);
    field.current?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (onKey?.(event, text) || !ime.sends(event)) return;
    event.preventDefault();
    send();
  };
  const insert = (/** @type {string} */ sign) => {
    const el = field.current;
    const at = el?.selectionStart ?? text.length;
    write(text.slice(0, at) + sign + text.slice(el?.selectionEnd ?? at));
    requestAnimationFrame(() => el?.setSelectionRange(at + sign.length, at + sign.length));
  };
  const close = () => {
    setEmoji(false);
    field.current?.focus();
  };

  return html`<form class="sf-composer" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
    ${draft?.refusal ? html`<${Returned} room=${room.id} text=${text} refusal=${draft.refusal} />` : null}
    ${emoji ? html`<${EmojiPicker} onPick=${insert} onClose=${close} />` : null}
    <div class="sf-row">
      ${before}
      <div class="sf-field">
        <textarea rows="1" ref=${field} value=${text} aria-label=${t("compose.label")} title=${t("compose.hint")}
          placeholder=${placeholder ?? t("compose.placeholder")} enterkeyhint="send" aria-invalid=${length > LONGEST}
          onInput=${(/** @type {any} */ event) => write(event.target.value)}
          onKeyDown=${onKeyDown} onKeyUp=${ime.onKeyUp}
          onCompositionStart=${ime.onCompositionStart} onCompositionEnd=${ime.onCompositionEnd}></textarea>
        <button type="button" class="sf-btn" data-tone="quiet" data-size="icon" aria-expanded=${emoji}
          aria-label=${t(emoji ? "compose.emojiClose" : "compose.emoji")} onClick=${() => setEmoji(!emoji)}><${Smile} /></button>
        ${length >= COUNT_FROM ? html`<${Left} length=${length} />` : null}
      </div>
      ${after}
      <button type="submit" class="sf-btn" data-tone="primary" disabled=${!sendable}>${t("compose.send")}</button>
    </div>
  </form>`;
}

/** Browsers without field-sizing need a hand. @param {HTMLTextAreaElement | null} el */
function fit(el) {
  if (!el || CSS.supports("field-sizing", "content")) return;
  el.style.height = "auto";
  el.style.height = `${el.scrollHeight}px`;
}

/** @param {{length: number}} props */
function Left({ length }) {
  const { t } = useApp();
  const over = length > LONGEST;
  return html`<span class="sf-left sf-num" data-over=${String(over)} role="status">
    ${over ? t("compose.over", { n: length - LONGEST }) : t("compose.left", { n: LONGEST - length })}
  </span>`;
}

/** A refused text is back in the field, with the reason (R29). @param {any} props */
function Returned({ room, text, refusal }) {
  const { t, client, speech } = useApp();
  return html`<div class="sf-returned" role="alert">
    <span class="sf-grow">${t("compose.returned", { reason: speech.error(refusal.code) })}</span>
    <button type="button" class="sf-btn" data-tone="quiet" data-size="small" onClick=${() => client.setDraft(room, text)}>${t("compose.dismiss")}</button>
  </div>`;
}

function Smile() {
  return html`<svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" aria-hidden="true">
    <circle cx="12" cy="12" r="9" /><path d="M8.5 14.5c.9 1.3 2.1 2 3.5 2s2.6-.7 3.5-2M9 9.6v.1M15 9.6v.1" />
  </svg>`;
}
