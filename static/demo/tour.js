// @ts-check
/**
 * A guided tour of the main story. It sends nothing itself: it fills an empty input, points to the
 * button, and goes on when what it waits for has happened.
 */
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../lib/html.js";
import { useDemo } from "./context.js";
import { STEPS, firstOpen, sceneOf, sinceOf } from "./tour-steps.js";

const LOOK_MS = 200;
const GAP_PX = 12;

/** @param {{wide: boolean, onShow: (pane: string) => void, onEnd: () => void}} props */
export function Tour({ wide, onShow, onEnd }) {
  const { stage, t, times } = useDemo();
  const { steps, since, first } = useMemo(() => planOf(stage), [stage]);
  const [place, setPlace] = useState(first);
  const card = useRef(/** @type {HTMLElement | null} */ (null));
  const step = steps[place];
  const last = place === steps.length - 1;
  const spot = useSpot(step, () => {
    const scene = sceneOf(stage, step.id === "reset" ? 0 : since());
    fill(stage, step, scene, t);
    if (step.done?.(scene) && !last) setPlace(place + 1);
  });
  useEffect(() => onShow(step.pane), [step, wide]);
  const go = () => focusIn(spot.element);
  useKeys({ KeyG: () => (card.current?.contains(document.activeElement) ? go() : card.current?.focus()) });
  useEffect(() => card.current?.focus(), []);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && onEnd();
  const next = () => (last ? onEnd() : setPlace(place + 1));
  const where = { n: place + 1, all: steps.length };
  return html`
    ${spot.rect ? html`<div class="demo-ring" style=${ringOf(spot.rect)}></div>` : null}
    <section class="demo-tour" role="dialog" aria-labelledby="tour-title" aria-describedby="tour-text" tabindex="-1" ref=${card}
      style=${cardPlace(spot.rect, wide)} onKeyDown=${onKeyDown}>
      <div class="demo-tour-line"><h2 id="tour-title">${t("demo.tour")}</h2><span class="sf-quiet sf-num sf-grow" title=${t("tour.step", where)}>${where.n} / ${where.all}</span>
        <button type="button" class="sf-btn" data-tone="quiet" data-size="small" onClick=${onEnd}>${t("tour.end")}</button></div>
      <p id="tour-text" aria-live="polite">${t(`tour.${step.id}`, { time: times.clock(stage.now()) })}</p>
      <div class="demo-tour-line">
        ${step.done ? html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small" onClick=${next}>${t("tour.skip")}</button>` : null}
        <span class="sf-grow"></span>
        ${step.done
          ? html`<button type="button" class="sf-btn" data-tone="primary" data-size="small" onClick=${go}>${t("tour.go")}</button>`
          : html`<button type="button" class="sf-btn" data-tone="primary" data-size="small" onClick=${next}>${t(last ? "tour.done" : "tour.next")}</button>`}
      </div>
      ${wide ? html`<p class="sf-quiet demo-keys">${t("tour.keys")}</p>` : null}
    </section>
  `;
}

/** @param {import("./stage.js").Stage} stage the steps that are needed now, and where to begin */
function planOf(stage) {
  const scene = sceneOf(stage, 0);
  const began = { generation: stage.state.generation, seq: sinceOf(scene) };
  const since = () => (stage.state.generation === began.generation ? began.seq : 0); // a reset begins at 0
  const steps = STEPS.filter((step) => !step.needed || step.needed(scene));
  return { steps, since, first: firstOpen(steps, { ...scene, since: since() }) };
}

/**
 * Puts a step's words into its input, once, and only where nothing is written.
 * @param {import("./stage.js").Stage} stage
 * @param {import("./tour-steps.js").Step} step
 * @param {import("./tour-steps.js").Scene} scene
 * @param {(key: string) => string} t
 */
function fill(stage, step, scene, t) {
  const client = step.draft && stage.client(step.draft.as.key);
  const room = scene.buyer && client?.state.rooms[scene.buyer.id];
  if (!room || !step.draft || filled.has(step) || step.done?.(scene)) return;
  filled.add(step);
  if (!client.state.drafts[room.id]?.text) client.setDraft(room.id, t(step.draft.text));
}

/** @type {WeakSet<object>} steps whose words were offered in this tour */
let filled = new WeakSet();

/**
 * The place of what a step points to, looked at again and again: panes move and come late.
 * @param {import("./tour-steps.js").Step} step
 * @param {() => void} onLook
 */
function useSpot(step, onLook) {
  const [rect, setRect] = useState(/** @type {DOMRect | undefined} */ (undefined));
  const element = useRef(/** @type {HTMLElement | undefined} */ (undefined));
  const look = useRef(onLook);
  look.current = onLook;
  useEffect(() => () => void (filled = new WeakSet()), []);
  useLayoutEffect(() => {
    let shown = /** @type {HTMLElement | undefined} */ (undefined);
    const measure = () => {
      look.current();
      const found = firstThere(step.at);
      element.current = found;
      if (found && found !== shown) found.scrollIntoView({ block: "nearest" });
      shown = found;
      const next = found?.getBoundingClientRect();
      setRect((/** @type {DOMRect | undefined} */ before) => (sameRect(before, next) ? before : next));
    };
    measure();
    const timer = setInterval(measure, LOOK_MS);
    const afterLayout = () => requestAnimationFrame(() => requestAnimationFrame(measure));
    addEventListener("resize", afterLayout);
    return () => {
      clearInterval(timer);
      removeEventListener("resize", afterLayout);
    };
  }, [step]);
  return { rect, element: element.current };
}

/** @param {string[]} selectors @returns {HTMLElement | undefined} */
function firstThere(selectors) {
  for (const selector of selectors) {
    for (const found of document.querySelectorAll(selector)) {
      if (found.getClientRects().length > 0) return /** @type {HTMLElement} */ (found);
    }
  }
  return undefined;
}

/** @param {DOMRect | undefined} a @param {DOMRect | undefined} b */
const sameRect = (a, b) => a?.x === b?.x && a?.y === b?.y && a?.width === b?.width && a?.height === b?.height;

const PRESSED_FIRST = ["[data-tone=primary]:not(:disabled)", "textarea", "button:not(:disabled)", "[tabindex='0']"];

/** @param {HTMLElement | undefined} element its primary button, its input, or itself */
function focusIn(element) {
  const inner = PRESSED_FIRST.map((selector) => element?.querySelector(selector)).find(Boolean);
  const target = /** @type {HTMLElement | undefined} */ (element?.matches("button, [tabindex]") ? element : (inner ?? element));
  target?.focus();
}

/** Alt and a letter, from anywhere. @param {Record<string, () => void>} keys */
function useKeys(keys) {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      const press = event.altKey && !event.ctrlKey && current.current[event.code];
      if (!press) return;
      event.preventDefault();
      press();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** @param {DOMRect} rect */
const ringOf = ({ x, y, width, height }) => `left: ${x - 4}px; top: ${y - 4}px; width: ${width + 8}px; height: ${height + 8}px`;

const CARD_PX = { width: 320, height: 190 }; // its usual size

/**
 * Beside what it points to: above, else to a side, else the other end of a narrow page.
 * @param {DOMRect | undefined} rect
 * @param {boolean} wide
 */
function cardPlace(rect, wide) {
  const { width, height } = CARD_PX;
  if (!wide) return rect && rect.y + rect.height / 2 > innerHeight / 2 ? "top: 112px" : "bottom: 16px";
  if (!rect) return "top: 72px; right: 16px";
  const inside = (/** @type {number} */ x) => Math.max(16, Math.min(x, innerWidth - width - 16));
  if (rect.height < innerHeight / 3 && rect.y > height + 80) return `left: ${inside(rect.x + rect.width - width)}px; bottom: ${innerHeight - rect.y + GAP_PX}px`;
  if (rect.bottom + height + GAP_PX < innerHeight) return `left: ${inside(rect.x + rect.width - width)}px; top: ${rect.bottom + GAP_PX}px`;
  const right = rect.right + GAP_PX + width < innerWidth - 16;
  const left = right ? rect.right + GAP_PX : Math.max(16, rect.x - width - GAP_PX);
  return `left: ${left}px; top: ${Math.max(72, rect.y + GAP_PX)}px`;
}
