// @ts-check
import { en } from "./words/en.js";
import { zhCN } from "./words/zh-CN.js";

/** @typedef {"zh-CN" | "en"} Locale */
/** @typedef {Record<string, string | ((p: Record<string, any>) => string)>} Words */

/** @type {Record<Locale, Words>} */
export const DICTIONARIES = { "zh-CN": zhCN, en };

/**
 * Adds a page's own words; both languages at once, so neither is forgotten.
 * @param {Record<Locale, Words>} words
 */
export function addWords(words) {
  for (const locale of /** @type {Locale[]} */ (Object.keys(DICTIONARIES))) {
    Object.assign(DICTIONARIES[locale], words[locale]);
  }
}

/**
 * The nearest language that is there; Chinese where none is.
 * @param {string | undefined} wanted
 * @returns {Locale}
 */
export const localeFor = (wanted) => (wanted?.toLowerCase().startsWith("en") ? "en" : "zh-CN");

/**
 * Texts in one language.
 * @param {Locale} locale
 */
export function openWords(locale) {
  const words = DICTIONARIES[locale];
  /** @param {string} key @param {Record<string, any>} [params] */
  const template = (key, params) => {
    const entry = words[key];
    return typeof entry === "function" ? entry(params ?? {}) : entry;
  };
  return {
    locale,
    /** @param {string} key */
    has: (key) => key in words,
    /**
     * The text of a key; a missing one shows itself, so that it is found.
     * @param {string} key
     * @param {Record<string, any>} [params]
     * @returns {string}
     */
    t: (key, params) => parts(template(key, params) ?? key, params).map((part) => part.text).join(""),
    /**
     * The same in parts, so that a view can set a parameter off from the sentence.
     * @param {string} key
     * @param {Record<string, any>} [params]
     */
    parts: (key, params) => parts(template(key, params) ?? key, params),
    /**
     * What an error code means and what to do about it.
     * @param {string} code
     */
    error: (code) => /** @type {string} */ (words[`error.${code}`] ?? words["error.default"]),
    /**
     * A name that may be unknown to the dictionary: a courier, a topic, a status.
     * @param {string} prefix
     * @param {string | undefined} id
     */
    named: (prefix, id) => /** @type {string} */ (words[`${prefix}.${id}`] ?? id ?? ""),
  };
}

/** @typedef {ReturnType<typeof openWords>} Speech */

/**
 * @param {string} text
 * @param {Record<string, any>} [params]
 * @returns {{text: string, param?: string}[]}
 */
function parts(text, params = {}) {
  return text
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== "")
    .map((piece) => {
      const name = /^\{(\w+)\}$/.exec(piece)?.[1];
      return name === undefined ? { text: piece } : { text: String(params[name] ?? ""), param: name };
    });
}
