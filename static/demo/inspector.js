// @ts-check
/** The frames of all panes as they pass: filter, follow one message, copy. */
import { html, useCallback, useEffect, useMemo, useState } from "../lib/html.js";
import { useDemo } from "./context.js";
import { FILTERS, asJson, matching } from "./frame-log.js";
import { FrameList } from "./frame-list.js";

/** @typedef {import("./frame-log.js").Row} Row */

/** @param {{onCollapse?: () => void}} props */
export function Inspector({ onCollapse }) {
  const { stage, t } = useDemo();
  const [wanted, setWanted] = useState({ filter: "main", text: "" });
  const [chosen, setChosen] = useState(/** @type {Row | undefined} */ (undefined));
  const [alone, setAlone] = useState(false);
  const { rows: all, held, paused, pause } = useRows(stage.log);
  const fitting = useMemo(() => matching(all, wanted), [all, wanted]);
  const related = useMemo(() => (chosen ? stage.log.related(chosen) : undefined), [chosen, all]);
  const rows = alone && related ? fitting.filter((/** @type {Row} */ row) => related.has(row.n)) : fitting;
  const choose = useCallback((/** @type {any} */ row) => {
    setChosen(row);
    if (!row) setAlone(false);
  }, []);
  const clear = () => {
    choose(undefined);
    stage.log.clear();
  };
  const copied = () => (related ? fitting.filter((/** @type {Row} */ row) => related.has(row.n)) : rows);
  return html`<div class="demo-frames">
    <header class="demo-frames-bar">
      <h2>${t("frames.title")}</h2>
      <div class="sf-seg" role="group" aria-label=${t("frames.filter")}>
        ${Object.keys(FILTERS).map((filter) => html`<button type="button" key=${filter} aria-pressed=${wanted.filter === filter}
          onClick=${() => setWanted({ ...wanted, filter })}>${t(`frames.${filter}`)}</button>`)}
      </div>
      <input class="sf-input" type="search" spellcheck="false" autocomplete="off" placeholder=${t("frames.type")} aria-label=${t("frames.typeLabel")}
        value=${wanted.text} onInput=${(/** @type {any} */ event) => setWanted({ ...wanted, text: event.target.value })} />
      <span class="sf-grow"></span>
      <${Bar} ...${{ related, alone, setAlone, paused, pause, held, clear, copied, onCollapse }} />
    </header>
    <div class="demo-frames-body">
      <${FrameList} rows=${rows} empty=${all.length === 0} chosen=${chosen} related=${related} onChoose=${choose} />
      ${chosen ? html`<pre class="demo-detail" tabindex="0" aria-label=${t("frames.detail")}>${JSON.stringify(chosen.frame, undefined, 2)}</pre>` : null}
    </div>
  </div>`;
}

/** @param {any} props */
function Bar({ related, alone, setAlone, paused, pause, held, clear, copied, onCollapse }) {
  const { t } = useDemo();
  const [said, setSaid] = useState("");
  const copy = async () => {
    const rows = copied();
    setSaid((await toClipboard(asJson(rows))) ? t("frames.copied", { n: rows.length }) : t("frames.copyFailed"));
  };
  const button = (/** @type {string} */ label, /** @type {() => void} */ press, /** @type {any} */ more = {}) =>
    html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small" ...${more} onClick=${press}>${label}</button>`;
  return html`
    <span class="sf-quiet sf-num demo-said" role="status">${paused && held > 0 ? t("frames.held", { n: held }) : said}</span>
    ${related ? html`<span class="sf-quiet sf-num">${t("frames.following", { n: copied().length })}</span>` : null}
    ${button(t("frames.follow"), () => setAlone(!alone), { disabled: !related, "aria-pressed": alone })}
    ${button(t("frames.copy"), copy)}
    ${button(t(paused ? "frames.resume" : "frames.pause"), pause)}
    ${button(t("frames.clear"), clear)}
    ${onCollapse ? html`<button type="button" class="sf-btn" data-tone="quiet" data-size="small" aria-label=${t("frames.collapse")} title=${t("frames.collapse")} onClick=${onCollapse}>▾</button>` : null}
  `;
}

/**
 * The log's rows, at most one new list a drawn picture; standing still while paused.
 * @param {import("./frame-log.js").FrameLog} log
 */
function useRows(log) {
  const [rows, setRows] = useState(() => log.rows.slice());
  const [stopped, setStopped] = useState(/** @type {number | undefined} */ (undefined));
  const [, count] = useState(0);
  const paused = stopped !== undefined;
  useEffect(() => {
    let due = 0;
    const look = () => {
      due = 0;
      if (paused && log.rows.length > 0) count(log.count);
      else setRows(log.rows.slice());
    };
    look();
    const release = log.subscribe(() => {
      due ||= requestAnimationFrame(look);
    });
    return () => {
      cancelAnimationFrame(due);
      release();
    };
  }, [log, paused]);
  const pause = () => setStopped(paused ? undefined : log.count);
  return { rows, paused, pause, held: stopped === undefined ? 0 : log.count - stopped };
}

/** @param {string} text @returns {Promise<boolean>} */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text); // an address without TLS has no clipboard of its own
  }
}

/** @param {string} text */
function copyFromField(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
