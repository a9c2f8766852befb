// @ts-check
/** The rows of the inspector. Only those in sight are in the document. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/html.js";
import { useDemo } from "./context.js";

const ROW_PX = 24; // as in inspector.css
const SPARE = 8; // rows drawn beyond each edge
const SHOWN = 600; // characters of JSON in one line
const VOICES = { buyer: "buyer", merchant: "merchant", courier: "logistics" };
const TIME = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** @typedef {import("./frame-log.js").Row} Row */

/**
 * @param {object} props
 * @param {Row[]} props.rows
 * @param {boolean} props.empty there is nothing to filter yet
 * @param {Row} [props.chosen]
 * @param {Set<number>} [props.related] to the chosen one
 * @param {(row: Row | undefined) => void} props.onChoose
 */
export function FrameList({ rows, empty, chosen, related, onChoose }) {
  const { t, stage } = useDemo();
  const { box, from, to, reveal } = useWindow(rows);
  const here = chosen ? rows.findIndex((row) => row.n === chosen.n) : -1;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && chosen) return onChoose(undefined);
    const place = placeAfter(event.key, here, rows.length);
    if (place === undefined || rows.length === 0) return undefined;
    event.preventDefault();
    reveal(place);
    return onChoose(rows[place]);
  };
  const shown = rows.slice(from, to);
  return html`<div class="demo-list" role="listbox" tabindex="0" aria-label=${t("frames.list")} title=${t("frames.hint")} ref=${box} onKeyDown=${onKeyDown}
    aria-activedescendant=${here >= from && here < to ? `frame-${rows[here].n}` : undefined}>
    ${rows.length === 0
      ? html`<div class="demo-none" role="option" aria-selected="false" aria-disabled="true">${t(empty ? "frames.none" : "frames.noMatch")}</div>`
      : html`<div class="demo-rows" role="presentation" style="height: ${rows.length * ROW_PX}px; padding-top: ${from * ROW_PX}px">
          ${shown.map((row, place) => html`<${FrameRow} key=${row.n} ...${{ row, stage, onChoose, chosen, related }} place=${from + place + 1} of=${rows.length} />`)}
        </div>`}
  </div>`;
}

/** @param {any} props */
function FrameRow({ row, stage, chosen, related, onChoose, place, of }) {
  const { t } = useDemo();
  const pane = t(`demo.pane.${row.pane}`);
  const latency = stage.log.latencyOf(row);
  const picked = chosen?.n === row.n;
  const said = (/** @type {number} */ ms) => t("frames.ms", { n: ms < 10 ? ms.toFixed(1) : Math.round(ms) });
  return html`<div class="demo-row" role="option" id=${`frame-${row.n}`} aria-selected=${picked} aria-setsize=${of} aria-posinset=${place}
    data-related=${related ? String(related.has(row.n)) : undefined} data-voice=${VOICES[/** @type {keyof VOICES} */ (row.pane)]}
    onClick=${() => onChoose(picked ? undefined : row)}>
    <time class="sf-num">${TIME.format(row.at)}</time>
    <span class="demo-from" title=${row.who}>${row.direction === "out" ? `${pane} →` : `→ ${pane}`}</span>
    <span class="demo-type">${row.type}${row.kind ? html`<i> ${row.kind}</i>` : null}</span>
    <span class="demo-json"><code>${row.text.slice(0, SHOWN)}</code>${row.exempt ? html`<${Exempt} row=${row} />` : null}</span>
    <span class="demo-ms sf-num">${latency === undefined ? "" : said(latency)}</span>
  </div>`;
}

/** What did not happen is said where one would look for it (R25). @param {{row: Row}} props */
function Exempt({ row }) {
  const { stage, t } = useDemo();
  const alerted = row.place !== undefined && stage.log.alerted.has(row.place);
  return html`<em data-voice="platform" data-wrong=${alerted ? "" : undefined}>${t(alerted ? "frames.alerted" : "frames.noAlert")}</em>`;
}

/** @param {string} key @param {number} here @param {number} length @returns {number | undefined} */
function placeAfter(key, here, length) {
  const page = 10;
  const start = here === -1 ? length : here;
  const place = { ArrowUp: start - 1, ArrowDown: here + 1, PageUp: start - page, PageDown: here + page, Home: 0, End: length - 1 }[key];
  return place === undefined ? undefined : Math.min(length - 1, Math.max(0, place));
}

/**
 * Which rows are in sight. The list follows its end as long as one looks at the end.
 * @param {Row[]} rows
 */
function useWindow(rows) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const [view, setView] = useState({ top: 0, height: 240 });
  const measure = () => {
    const el = box.current;
    if (!el) return;
    atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < ROW_PX;
    setView((/** @type {{top: number, height: number}} */ before) => (before.top === el.scrollTop && before.height === el.clientHeight ? before : { top: el.scrollTop, height: el.clientHeight }));
  };
  useEffect(() => {
    const el = /** @type {HTMLElement} */ (box.current);
    const sized = new ResizeObserver(() => {
      if (atEnd.current) el.scrollTop = el.scrollHeight;
      measure();
    });
    sized.observe(el);
    el.addEventListener("scroll", measure, { passive: true });
    return () => sized.disconnect();
  }, []);
  useLayoutEffect(() => {
    const el = box.current;
    if (el && atEnd.current) el.scrollTop = el.scrollHeight;
  }, [rows]);
  const reveal = (/** @type {number} */ place) => {
    const el = /** @type {HTMLElement} */ (box.current);
    const top = place * ROW_PX;
    if (top < el.scrollTop) el.scrollTop = top;
    else if (top + ROW_PX > el.scrollTop + el.clientHeight) el.scrollTop = top + ROW_PX - el.clientHeight;
    measure();
  };
  const from = Math.max(0, Math.floor(view.top / ROW_PX) - SPARE);
  const to = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW_PX) + SPARE);
  return { box, from: Math.min(from, Math.max(0, rows.length - 1)), to, reveal };
}
