// @ts-check
/** Ready sentences: type "/" in an empty input, or press the button, then a few letters and Enter. */
import { html, useEffect, useId, useMemo, useState } from "../html.js";
import { useApp, useAppState } from "../app.js";
import { choiceAfter, found } from "../quick.js";

/**
 * What a composer needs to offer quick replies.
 * @param {object} options
 * @param {import("../room.js").Room} options.room
 * @param {import("../quick.js").QuickReply[]} options.replies
 * @param {{current: HTMLTextAreaElement | null}} options.fieldRef
 */
export function useQuickReplies({ room, replies, fieldRef }) {
  const { client } = useApp();
  const id = useId();
  const text = useAppState((state) => state.drafts[room.id]?.text ?? "");
  const [at, setAt] = useState(0);
  const [asked, setAsked] = useState(false);
  const [dismissed, setDismissed] = useState("");
  const slash = text.startsWith("/") && text !== dismissed;
  const open = slash || asked;
  const list = useMemo(() => (open ? found(replies, slash ? text.slice(1) : "") : []), [open, slash, text, replies]);
  const close = () => (setAsked(false), setDismissed(text));
  useEffect(() => setAt(0), [list]);
  useEffect(() => setAsked(false), [room.id]);
  useDescription(fieldRef.current, open && list.length > 0 ? { id, option: `${id}-${at}` } : undefined);

  const pick = (/** @type {import("../quick.js").QuickReply} */ reply) => {
    setAsked(false);
    client.setDraft(room.id, slash || text === "" ? reply.text : `${text.trimEnd()} ${reply.text}`);
    requestAnimationFrame(() => fieldRef.current?.focus());
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!open || event.isComposing || event.keyCode === 229) return false;
    if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && list[at] && !event.shiftKey) pick(list[at]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") setAt(choiceAfter(at, event.key, list.length));
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const toggle = () => {
    if (open) close();
    else setAsked(true);
    fieldRef.current?.focus();
  };
  const popup = open ? html`<${Popup} ...${{ id, list, at, pick, setAt }} />` : null;
  return { onKey, toggle, open, popup };
}

/**
 * Tells a screen reader which choice the arrows are on, while the focus stays in the input.
 * @param {HTMLElement | null} field
 * @param {{id: string, option: string} | undefined} shown
 */
function useDescription(field, shown) {
  useEffect(() => {
    if (!field || !shown) return undefined;
    field.setAttribute("aria-controls", shown.id);
    field.setAttribute("aria-activedescendant", shown.option);
    return () => {
      field.removeAttribute("aria-controls");
      field.removeAttribute("aria-activedescendant");
    };
  }, [field, shown?.id, shown?.option]);
}

/** @param {any} props */
function Popup({ id, list, at, pick, setAt }) {
  const { t } = useApp();
  useEffect(() => document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" }), [at]);
  if (list.length === 0) return html`<div class="sf-quick" role="status"><p class="sf-quiet">${t("quick.none")}</p></div>`;
  const keep = (/** @type {Event} */ event) => event.preventDefault(); // the input keeps the focus
  return html`<div class="sf-quick">
    <ul id=${id} role="listbox" aria-label=${t("quick.title")} onMouseDown=${keep}>
      ${list.map((/** @type {any} */ reply, /** @type {number} */ i) => html`<li key=${reply.code} id=${`${id}-${i}`} role="option"
        aria-selected=${i === at}
        onClick=${() => pick(reply)} onMouseMove=${() => i !== at && setAt(i)}>
        <kbd>/${reply.code}</kbd><strong>${reply.title}</strong><span class="sf-cut">${reply.text}</span>
      </li>`)}
    </ul>
    <p class="sf-quiet">${t("quick.hint")}</p>
  </div>`;
}

/** @param {{quick: ReturnType<typeof useQuickReplies>}} props */
export function QuickButton({ quick }) {
  const { t } = useApp();
  return html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small" aria-expanded=${quick.open}
    title=${t("quick.title")} onClick=${quick.toggle}><kbd>/</kbd><span class="sf-quick-label">${t("quick.button")}</span></button>`;
}
