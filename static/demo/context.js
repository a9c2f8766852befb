// @ts-check
import { createContext, html, useContext, useEffect, useMemo, useState } from "../lib/html.js";
import { localeFor, openWords } from "../lib/i18n.js";
import { preference, rememberPreference } from "../lib/memory.js";
import { useStore } from "../lib/store.js";
import { openTimes } from "../lib/times.js";
import { Stage } from "./stage.js";

/**
 * @typedef {object} Demo
 * @property {Stage} stage
 * @property {import("../lib/i18n.js").Speech["t"]} t
 * @property {import("../lib/times.js").Times} times
 * @property {string} locale
 * @property {(locale: string) => void} setLocale
 * @property {string} theme
 * @property {(theme: string) => void} setTheme
 */

export const WIDE = "(min-width: 1100px)"; // three panes fit; as in demo.css

const DemoContext = createContext(/** @type {any} */ (undefined));

/** @returns {Demo} */
export const useDemo = () => useContext(DemoContext);

/**
 * A part of the stage's state.
 * @template T
 * @param {(state: import("./stage.js").StageState) => T} select
 * @returns {T}
 */
export const useStage = (select) => useStore(useDemo().stage.store, select);

/**
 * Language, theme and stage for everything below.
 * @param {{stage: Stage, locale?: string, theme?: string, children?: any}} props
 */
export function DemoShell({ stage, locale: first, theme: firstTheme, children }) {
  const [locale, showLocale] = useState(() => localeFor(first ?? preference(localStorage, "locale")));
  const [theme, showTheme] = useState(() => firstTheme ?? preference(localStorage, "theme") ?? "system");
  useEffect(() => {
    const root = document.documentElement;
    root.lang = locale;
    document.title = openWords(locale).t("demo.title");
    for (const handle of stage.handles.values()) handle.setLocale(locale);
  }, [locale]);
  useEffect(() => {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const handle of stage.handles.values()) handle.setTheme("system"); // the panes take the page's
  }, [theme]);
  const demo = useMemo(() => {
    const speech = openWords(locale);
    const setLocale = (/** @type {string} */ next) => {
      rememberPreference(localStorage, "locale", next);
      showLocale(/** @type {any} */ (next));
    };
    const setTheme = (/** @type {string} */ next) => {
      rememberPreference(localStorage, "theme", next);
      showTheme(next);
    };
    return { stage, t: speech.t, times: openTimes(speech), locale, setLocale, theme, setTheme };
  }, [stage, locale, theme]);
  return html`<${DemoContext.Provider} value=${demo}>${children}<//>`;
}

/**
 * Whether the window is so wide, from now on.
 * @param {string} query of media
 */
export function useMedia(query) {
  const list = useMemo(() => matchMedia(query), [query]);
  const [fits, setFits] = useState(list.matches);
  useEffect(() => {
    const look = () => setFits(list.matches);
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [list]);
  return fits;
}
