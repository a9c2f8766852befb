// @ts-check
import { Menu } from "../lib/components/menu.js";
import { html, useEffect, useState } from "../lib/html.js";
import { useDemo, useStage } from "./context.js";
import { useControls } from "./controls.js";

const OPENS_H = 9; // R4's default hours
const CLOSES_H = 21;

/** @param {{wide: boolean, touring: boolean, onTour: () => void, onReset: () => void}} props */
export function Header({ wide, touring, onTour, onReset }) {
  const { t } = useDemo();
  const tour = html`<button type="button" class="sf-btn" data-tone="primary" aria-pressed=${touring} onClick=${onTour}>${t("demo.tour")}</button>`;
  return html`<header class="demo-head">
    <span class="demo-brand"><${Mark} /><h1>${t("demo.name")}</h1></span>
    <${Clock} wide=${wide} />
    <span class="sf-grow"></span>
    ${wide ? html`<${Buttons} onReset=${onReset} />` : html`<${Overflow} onReset=${onReset} />`}
    ${tour}
  </header>`;
}

export function Mark() {
  return html`<span class="sf-dots" data-three="true" aria-hidden="true">
    <i data-voice="buyer"></i><i data-voice="merchant"></i><i data-voice="logistics"></i>
  </span>`;
}

/**
 * The demo's own time, which everything goes by. Outside service hours nobody is invited (R4), so
 * the way out is beside it.
 * @param {{wide: boolean}} props
 */
function Clock({ wide }) {
  const { stage, t, times, locale } = useDemo();
  const { toNine } = useControls(() => {});
  useStage((state) => state.skew_ms);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((/** @type {number} */ n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const now = stage.now();
  const hour = Number(times.clock(now).slice(0, 2));
  const outside = hour < OPENS_H || hour >= CLOSES_H;
  const day = new Intl.DateTimeFormat(locale, { timeZone: "Asia/Shanghai", month: "short", day: "numeric" }).format(now);
  return html`<span class="sf-chip sf-num demo-clock" data-outline=${outside ? undefined : true} data-tone=${outside ? "warn" : undefined}
      title=${`${t("demo.clockLabel")} · ${times.exact(now)}`}>
      <span class="demo-clock-word">${t("demo.clock")} · </span><time datetime=${new Date(now).toISOString()}>${day} ${times.clock(now)}</time>
      ${outside ? html`<span class="demo-clock-word"> · ${t("demo.outside")}</span>` : null}
    </span>
    ${outside && wide ? html`<button type="button" class="sf-btn" data-tone="link" onClick=${toNine}>${t("demo.toNine")}</button>` : null}`;
}

/** @param {{onReset: () => void}} props */
function Buttons({ onReset }) {
  const { t, locale, setLocale, theme } = useDemo();
  const { clock, lines, another, pages, themes, reset, advanceThree, cutBuyer } = useControls(onReset);
  const item = (/** @type {any} */ { label, disabled, onChoose }) =>
    html`<button type="button" class="sf-btn" disabled=${disabled} onClick=${onChoose}>${label}</button>`;
  return html`
    <div class="sf-seg" role="group" aria-label=${t("demo.language")}>
      <button type="button" lang="zh-CN" aria-pressed=${locale === "zh-CN"} onClick=${() => setLocale("zh-CN")}>中文</button>
      <button type="button" lang="en" aria-pressed=${locale === "en"} onClick=${() => setLocale("en")}>EN</button>
    </div>
    <${Menu} label=${`${t("demo.theme")} · ${t(`demo.theme.${theme}`)}`} items=${themes}><${ThemeSign} theme=${theme} /><//>
    <div class="demo-split" data-tour="advance">
      <button type="button" class="sf-btn" onClick=${advanceThree}>${t("demo.advance", { n: 3 })}</button>
      <${Menu} label=${t("demo.advanceMore")} items=${clock}><${Caret} /><//>
    </div>
    <div class="demo-split">
      <button type="button" class="sf-btn" aria-pressed=${cutBuyer.pressed} onClick=${cutBuyer.onPress}>${cutBuyer.label}</button>
      <${Menu} label=${t("demo.cutMore")} items=${lines}><${Caret} /><//>
    </div>
    ${item(another)}
    <span data-tour="reset">${item(reset)}</span>
    <${Menu} label=${t("demo.pages")} items=${pages}><${OutSign} /><//>
  `;
}

/** @param {{onReset: () => void}} props everything in one list where it is narrow */
function Overflow({ onReset }) {
  const { t } = useDemo();
  const { clock, lines, another, pages, themes, languages, reset } = useControls(onReset);
  const groups = [languages, themes, clock, lines, [another, reset], pages];
  const items = groups.flatMap((group, place) => (place === 0 ? group : [/** @type {const} */ ("line"), ...group]));
  return html`<span data-tour="advance reset"><${Menu} label=${t("demo.more")} items=${items}><span aria-hidden="true">⋯</span><//></span>`;
}

function Caret() {
  return html`<svg width="12" height="12" viewBox="0 0 12 12" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M2.5 4.5 6 8l3.5-3.5" /></svg>`;
}

function OutSign() {
  return html`<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3" /></svg>`;
}

/** @param {{theme: string}} props */
function ThemeSign({ theme }) {
  const paths = {
    light: "M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6",
    dark: "M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1",
    system: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2v12",
  };
  const path = /** @type {Record<string, string>} */ (paths)[theme] ?? paths.system;
  return html`<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    <path d=${path} />${theme === "system" ? html`<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none" />` : null}
  </svg>`;
}
