// @ts-check
/** The inspector's place at the foot of a wide page: its height by mouse and key, or collapsed. */
import { html, useRef, useState } from "../lib/html.js";
import { preference, rememberPreference } from "../lib/memory.js";
import { useDemo } from "./context.js";
import { Inspector } from "./inspector.js";

const LEAST_PX = 96;
const FIRST_PX = 172;
const STEP_PX = 24;
const HIGHEST = 0.6; // of the window

export function Dock() {
  const { t } = useDemo();
  const [height, setHeight] = useState(() => Number(preference(localStorage, "demo-dock")) || FIRST_PX);
  const [open, setOpen] = useState(() => preference(localStorage, "demo-dock-open") !== "no");
  const drag = useRef(/** @type {{y: number, height: number} | undefined} */ (undefined));
  const most = Math.round(innerHeight * HIGHEST);
  const size = (/** @type {number} */ wanted) => setHeight(Math.min(most, Math.max(LEAST_PX, wanted)));
  const toggle = (/** @type {boolean} */ shown) => {
    rememberPreference(localStorage, "demo-dock-open", shown ? "yes" : "no");
    setOpen(shown);
  };
  const onPointerDown = (/** @type {PointerEvent} */ event) => {
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    drag.current = { y: event.clientY, height };
  };
  const onPointerMove = (/** @type {PointerEvent} */ event) => {
    if (drag.current) size(drag.current.height + drag.current.y - event.clientY);
  };
  const onPointerUp = () => {
    drag.current = undefined;
    rememberPreference(localStorage, "demo-dock", String(height));
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowUp: STEP_PX, ArrowDown: -STEP_PX, PageUp: STEP_PX * 4, PageDown: -STEP_PX * 4 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    size(height + by);
  };
  if (!open) {
    return html`<div class="demo-dock" data-open="false">
      <button type="button" class="sf-btn" data-tone="quiet" data-size="small" aria-expanded="false" onClick=${() => toggle(true)}>▴ ${t("frames.expand")}</button>
    </div>`;
  }
  return html`<aside class="demo-dock" aria-label=${t("frames.title")} style="height: ${height}px">
    <div class="demo-grip" role="separator" tabindex="0" aria-orientation="horizontal" aria-label=${t("frames.resize")}
      aria-valuenow=${height} aria-valuemin=${LEAST_PX} aria-valuemax=${most}
      onPointerDown=${onPointerDown} onPointerMove=${onPointerMove} onPointerUp=${onPointerUp} onKeyDown=${onKeyDown}></div>
    <${Inspector} onCollapse=${() => toggle(false)} />
  </aside>`;
}
