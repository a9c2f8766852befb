// @ts-check
/** Instants and durations as people read them, in one language and one time zone. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
export const ZONE = "Asia/Shanghai"; // rules: times of day are the platform's, whoever looks

/** @type {Map<string, Intl.DateTimeFormat>} making a formatter costs far more than using it */
const FORMATS = new Map();

/**
 * @param {string} locale
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(locale, zone, options) {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  const known = FORMATS.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  FORMATS.set(key, known);
  return known;
}

/**
 * @param {import("./i18n.js").Speech} speech
 * @param {string} [zone]
 */
export function openTimes(speech, zone = ZONE) {
  const { locale, t } = speech;
  /** @param {number} at @param {Intl.DateTimeFormatOptions} options */
  const as = (at, options) => format(locale, zone, options).format(at);
  /** @param {number} at a number that is the same for all instants of one day */
  const dayOf = (at) => format("en-CA", zone, { dateStyle: "short" }).format(at);
  /** @param {number} at */
  const clock = (at) => as(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return {
    clock,
    dayOf,
    /** @param {number} at exact, for a tooltip */
    exact: (at) => as(at, { dateStyle: "long", timeStyle: "medium" }),
    /** @param {number} at @param {number} now the label of a day separator */
    day: (at, now) => {
      if (dayOf(at) === dayOf(now)) return t("time.today");
      if (dayOf(at) === dayOf(now - DAY_MS)) return t("time.yesterday");
      const sameYear = dayOf(at).slice(0, 4) === dayOf(now).slice(0, 4);
      const year = sameYear ? undefined : "numeric";
      return as(at, { year, month: "long", day: "numeric", weekday: "short" });
    },
    /** @param {number} at @param {number} now for a list: just now, 5 min ago, 14:02, 11-16 */
    relative: (at, now) => {
      const age = now - at;
      if (age < MINUTE_MS) return t("time.now");
      if (age < 60 * MINUTE_MS) return t("time.minutes", { n: Math.floor(age / MINUTE_MS) });
      if (dayOf(at) === dayOf(now)) return clock(at);
      return as(at, { month: "2-digit", day: "2-digit" }).replace("/", "-");
    },
    /** @param {number} at @param {number} now the clock today, else with the day */
    moment: (at, now) =>
      dayOf(at) === dayOf(now) ? clock(at) : `${as(at, { month: "numeric", day: "numeric" })} ${clock(at)}`,
  };
}

/** @typedef {ReturnType<typeof openTimes>} Times */

/**
 * A duration as m:ss, or h:mm:ss; never negative.
 * @param {number} left_ms
 */
export function countdown(left_ms) {
  const all = Math.max(0, Math.ceil(left_ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
