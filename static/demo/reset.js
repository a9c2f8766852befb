// @ts-check
import { html, useEffect, useRef } from "../lib/html.js";
import { useDemo } from "./context.js";

/** Asks once before everything is cleared. @param {{onClose: () => void}} props */
export function ResetQuestion({ onClose }) {
  const { t, stage } = useDemo();
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => box.current?.showModal(), []);
  const reset = async () => {
    try {
      await stage.reset();
    } catch (error) {
      stage.store.dispatch({ notice: t("demo.failed", { reason: /** @type {Error} */ (error).message }) });
    }
    onClose();
  };
  return html`<dialog class="demo-dialog" ref=${box} aria-labelledby="reset-title" onClose=${onClose}>
    <h2 id="reset-title">${t("demo.resetTitle")}</h2>
    <p>${t("demo.resetBody")}</p>
    <p class="demo-answers">
      <button type="button" class="sf-btn" onClick=${onClose}>${t("action.cancel")}</button>
      <button type="button" class="sf-btn" data-tone="danger" onClick=${reset}>${t("demo.resetYes")}</button>
    </p>
  </dialog>`;
}
