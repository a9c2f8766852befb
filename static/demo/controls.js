// @ts-check
/** What the header's buttons do, as items of a menu and as buttons. */
import { ALL_BUYERS } from "./actors.js";
import { useDemo, useStage } from "./context.js";

const MINUTE_MS = 60_000;
const STEPS_MIN = [1, 3, 10, 15];

/**
 * @typedef {import("../lib/components/menu.js").Item} Item
 * @param {() => void} onReset asks first
 */
export function useControls(onReset) {
  const { stage, t, locale, setLocale, theme, setTheme } = useDemo();
  const { links, buyers, buyer } = useStage((state) => state);
  const doing = (/** @type {() => Promise<void>} */ step) => () =>
    step().catch((error) => stage.store.dispatch({ notice: t("demo.failed", { reason: error.message }) }));
  const advance = (/** @type {number} */ minutes) => doing(() => stage.advance(minutes * MINUTE_MS));
  const toNine = doing(() => stage.goToHour(9));
  const cut = links[buyer] === "offline";

  /** @type {Item[]} */
  const clock = [
    ...STEPS_MIN.map((n) => ({ label: t("demo.advance", { n }), onChoose: advance(n) })),
    { label: t("demo.advanceHour"), onChoose: advance(60) },
    "line",
    { label: t("demo.toNine"), onChoose: toNine },
    { label: t("demo.toTwo"), onChoose: doing(() => stage.goToHour(14)) },
  ];
  /** @type {Item[]} */
  const lines = stage.actors().map(({ key, name, pane }) => ({
    label: `${t(`demo.pane.${pane}`)} ${name}`,
    hint: links[key] === "offline" ? t("demo.offline") : undefined,
    checked: links[key] === "offline",
    onChoose: () => stage.toggleLine(key),
  }));
  const full = buyers.length === ALL_BUYERS.length;
  /** @type {Item} */
  const another = { label: t(full ? "demo.allHere" : "demo.another"), disabled: full, onChoose: () => stage.addBuyer() };
  /** @type {Item[]} */
  const pages = [
    { label: t("demo.openBuyer"), href: "/buyer/" },
    { label: t("demo.openMerchant"), href: "/merchant/" },
    { label: t("demo.openCourier"), href: "/courier/" },
  ];
  /** @type {Item[]} */
  const themes = ["system", "light", "dark"].map((name) => ({
    label: t(`demo.theme.${name}`),
    checked: theme === name,
    onChoose: () => setTheme(name),
  }));
  /** @type {Item[]} */
  const languages = [
    { label: "中文", checked: locale === "zh-CN", onChoose: () => setLocale("zh-CN") },
    { label: "English", checked: locale === "en", onChoose: () => setLocale("en") },
  ];
  /** @type {Item} */
  const reset = { label: t("demo.reset"), onChoose: onReset };
  const cutBuyer = { pressed: cut, label: t(cut ? "demo.joinBuyer" : "demo.cutBuyer"), onPress: () => stage.toggleLine(buyer) };
  return { clock, toNine, lines, another, pages, themes, languages, reset, advanceThree: advance(3), cutBuyer };
}
