// @ts-check
import { html, useEffect, useState } from "../html.js";

const SHOWN_MS = 4_000;

/** Short words that pass by; what must be answered belongs in a card or a dialog. */
export function openToasts() {
  /** @type {{id: number, text: string}[]} */
  let list = [];
  let next = 1;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());
  return {
    list: () => list,
    /** @param {string} text */
    show(text) {
      const toast = { id: next++, text };
      list = [...list.filter((known) => known.text !== text), toast].slice(-3);
      tell();
      setTimeout(() => {
        list = list.filter((known) => known.id !== toast.id);
        tell();
      }, SHOWN_MS);
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @param {{toasts: ReturnType<typeof openToasts>}} props */
export function Toasts({ toasts }) {
  const [, redraw] = useState({});
  useEffect(() => {
    const end = toasts.subscribe(() => redraw({}));
    return () => {
      end();
    };
  }, [toasts]);
  return html`<div class="sf-toasts" role="status" aria-live="polite">
    ${toasts.list().map((toast) => html`<div class="sf-toast" key=${toast.id}>${toast.text}</div>`)}
  </div>`;
}
