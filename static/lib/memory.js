// @ts-check
/** What a client keeps across a reload: drafts and messages on their way, by identity. */

const PREFIX = "sanfang";

/**
 * @param {string} identity
 * @param {Storage | undefined} storage none in a private window that forbids it
 */
export function openMemory(identity, storage) {
  const key = (/** @type {string} */ what) => `${PREFIX}:${what}:${identity}`;
  return {
    load: () => ({
      drafts: readJson(storage, key("drafts"), {}),
      outbox: readJson(storage, key("outbox"), []),
    }),
    /** @param {Record<string, any>} drafts */
    saveDrafts: (drafts) => writeJson(storage, key("drafts"), drafts),
    /** @param {any[]} outbox */
    saveOutbox: (outbox) => writeJson(storage, key("outbox"), outbox),
  };
}

/**
 * A preference of this browser, whoever is signed in.
 * @param {Storage | undefined} storage
 * @param {string} name
 * @returns {string | undefined}
 */
export function preference(storage, name) {
  return readJson(storage, `${PREFIX}:${name}`, undefined);
}

/**
 * @param {Storage | undefined} storage
 * @param {string} name
 * @param {string} value
 */
export function rememberPreference(storage, name, value) {
  writeJson(storage, `${PREFIX}:${name}`, value);
}

/**
 * @param {Storage | undefined} storage
 * @param {string} key
 * @param {any} otherwise
 */
function readJson(storage, key, otherwise) {
  try {
    const text = storage?.getItem(key);
    return text ? JSON.parse(text) : otherwise;
  } catch {
    return otherwise; // someone else's or a half-written value is no reason not to start
  }
}

/**
 * @param {Storage | undefined} storage
 * @param {string} key
 * @param {any} value
 */
function writeJson(storage, key, value) {
  const empty = value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
  try {
    if (empty) storage?.removeItem(key);
    else storage?.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the page works on, only a reload forgets.
  }
}
