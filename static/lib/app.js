// @ts-check
/**
 * The shell of one app: mounts a view with its own client, language and theme into an element.
 * No globals and no reading of the address, so that several live in one document.
 */
import { openAlerts } from "./alerts.js";
import { Client } from "./client.js";
import { createContext, html, render, useContext, useEffect, useMemo, useState } from "./html.js";
import { localeFor, openWords } from "./i18n.js";
import { preference, rememberPreference } from "./memory.js";
import { openTimes } from "./times.js";
import { useStore } from "./store.js";
import { Toasts, openToasts } from "./components/toast.js";

/**
 * @typedef {object} AppOptions
 * @property {"buyer" | "merchant" | "logistics" | "platform"} role
 * @property {string} identity e.g. "buyer:demo-buyer-1"; keys this browser's drafts
 * @property {string} [token]
 * @property {import("./connection.js").TokenProvider} [tokenProvider]
 * @property {string} [origin] of the server; by default the one that served this module
 * @property {string} [locale]
 * @property {"light" | "dark" | "system"} [theme]
 * @property {"mobile" | "desktop"} [device]
 * @property {Storage} [storage]
 * @property {Record<string, string>} [shopNames] by shop id; the protocol knows ids only
 * @property {(direction: "in" | "out", frame: any, at: number) => void} [onFrame]
 * @property {(locale: string) => void} [onLocale] the language was switched inside
 * @property {boolean} [titled] may show its unread count in the document's title
 */

/**
 * What every component may use.
 * @typedef {object} App
 * @property {Client} client
 * @property {import("./i18n.js").Speech} speech
 * @property {import("./i18n.js").Speech["t"]} t
 * @property {import("./times.js").Times} times
 * @property {string} role
 * @property {string} locale
 * @property {(locale: string) => void} setLocale
 * @property {string} theme
 * @property {(theme: string) => void} setTheme
 * @property {ReturnType<typeof openToasts>} toasts
 * @property {ReturnType<typeof openAlerts>} alerts
 * @property {AppOptions} options
 */

const SERVED_FROM = new URL(import.meta.url).origin; // an embedded app talks to the server it came from

const AppContext = createContext(/** @type {any} */ (undefined));

/** @returns {App} */
export const useApp = () => useContext(AppContext);

/**
 * A part of this app's state.
 * @template T
 * @param {(state: import("./state.js").State) => T} select
 * @returns {T}
 */
export const useAppState = (select) => useStore(useApp().client.store, select);

/**
 * Server time, renewed every `every_ms`; for countdowns only, everything else renders on change.
 * @param {number} [every_ms]
 * @param {boolean} [runs]
 */
export function useNow(every_ms = 1000, runs = true) {
  const { client } = useApp();
  useAppState((state) => state.skew_ms); // a demo's clock jumps
  const [, tick] = useState(0);
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => tick((/** @type {number} */ n) => n + 1), every_ms);
    return () => clearInterval(timer);
  }, [every_ms, runs]);
  return client.now();
}

/**
 * @param {HTMLElement} el gets the class sf-app and fills its parent
 * @param {AppOptions} options
 * @param {any} View the app's own root component
 * @param {Record<string, any>} [props] for the view
 */
export function mountApp(el, options, View, props = {}) {
  const storage = options.storage ?? browserStorage();
  const toasts = openToasts();
  const alerts = openAlerts({ storage, titled: options.titled === true });
  const device = options.device ?? (globalThis.matchMedia?.("(pointer: coarse)").matches ? "mobile" : "desktop");
  const origin = options.origin ?? SERVED_FROM;
  const first = localeFor(options.locale ?? preference(storage, "locale"));
  const tokens = options.tokenProvider ?? (() => options.token ?? Promise.reject(new Error("no token")));
  const { identity, onFrame, shopNames } = options;
  const client = new Client({ identity, tokens, device, origin, locale: first, storage, onFrame, shopNames });
  /** @type {{setLocale: (l: string) => void, setTheme: (t: string) => void}} */
  const handle = { setLocale: () => {}, setTheme: () => {} };
  const shell = { client, toasts, alerts, storage, first, handle, options, el };

  el.classList.add("sf-app");
  el.dataset.voice = options.role;
  render(html`<${Shell} shell=${shell}><${View} ...${props} /><//>`, el);
  const release = followWindow(client);
  client.start();
  return {
    client,
    setLocale: (/** @type {string} */ locale) => handle.setLocale(locale),
    setTheme: (/** @type {string} */ theme) => handle.setTheme(theme),
    unmount: () => {
      release();
      client.stop();
      alerts.stop();
      render(null, el);
    },
  };
}

/** @param {{shell: any, children?: any}} props */
function Shell({ shell, children }) {
  const { client, toasts, alerts, storage, first, handle, options, el } = shell;
  const [locale, showLocale] = useState(first);
  const [theme, showTheme] = useState(options.theme ?? preference(storage, "theme") ?? "system");
  handle.setLocale = (/** @type {string} */ wanted) => {
    const next = localeFor(wanted);
    client.connection.locale = next; // the next hello asks for it
    showLocale(next);
  };
  handle.setTheme = showTheme;
  useEffect(() => {
    el.lang = locale;
  }, [locale]);
  useEffect(() => {
    if (theme === "system") delete el.dataset.theme;
    else el.dataset.theme = theme;
  }, [theme]);
  const app = useMemo(() => {
    const speech = openWords(locale);
    const setLocale = (/** @type {string} */ next) => {
      rememberPreference(storage, "locale", next);
      handle.setLocale(next);
      options.onLocale?.(next);
    };
    const setTheme = (/** @type {string} */ next) => {
      rememberPreference(storage, "theme", next);
      showTheme(next);
    };
    const common = { client, toasts, alerts, options, role: options.role };
    return { ...common, speech, t: speech.t, times: openTimes(speech), locale, setLocale, theme, setTheme };
  }, [locale, theme]);
  return html`<${AppContext.Provider} value=${app}>${children}<${Toasts} toasts=${toasts} /><//>`;
}

/** @param {Client} client hears that the network is back, and what other tabs wrote */
function followWindow(client) {
  const listening = new AbortController();
  const { signal } = listening;
  globalThis.addEventListener("online", () => client.connection.reconnectNow(), { signal });
  globalThis.addEventListener("storage", (event) => client.adopt(event.key), { signal });
  return () => listening.abort();
}

function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // a page that may not store anything still works
  }
}
