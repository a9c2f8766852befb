// @ts-check
/**
 * What a client keeps across a reload: drafts and messages on their way, by identity.
 * Each has a key of its own, so two tabs of one person do not overwrite each other.
 */

const PREFIX = "sanfang";

/**
 * @param {string} identity
 * @param {Storage | undefined} storage none in a private window that forbids it
 */
export function openMemory(identity, storage) {
  const drafts = `${PREFIX}:draft:${identity}:`;
  const outbox = `${PREFIX}:outbox:${identity}:`;
  return {
    load: () => ({
      drafts: Object.fromEntries(keysWith(storage, drafts).map((key) => [key.slice(drafts.length), readJson(storage, key)])),
      outbox: keysWith(storage, outbox)
        .map((key) => readJson(storage, key))
        .filter((parcel) => parcel?.ref)
        .sort((a, b) => a.at - b.at),
    }),
    /**
     * @param {Record<string, any>} now by room
     * @param {Record<string, any>} before
     */
    saveDrafts(now, before) {
      for (const room of new Set([...Object.keys(now), ...Object.keys(before)])) {
        if (now[room] !== before[room]) writeJson(storage, drafts + room, now[room]);
      }
    },
    /**
     * @param {any[]} now
     * @param {any[]} before
     */
    saveOutbox(now, before) {
      const kept = new Set(now.map((parcel) => parcel.ref));
      for (const { ref } of before) if (!kept.has(ref)) writeJson(storage, outbox + ref, undefined);
      for (const parcel of now) if (!before.includes(parcel)) writeJson(storage, outbox + parcel.ref, parcel);
    },
    /**
     * The draft that another tab of this person wrote.
     * @param {string | null} key of a storage event
     * @returns {{room: string, draft: any} | undefined}
     */
    draftAt(key) {
      if (!key?.startsWith(drafts)) return undefined;
      return { room: key.slice(drafts.length), draft: readJson(storage, key) };
    },
  };
}

/**
 * A preference of this browser, whoever is signed in.
 * @param {Storage | undefined} storage
 * @param {string} name
 * @returns {string | undefined}
 */
export function preference(storage, name) {
  return readJson(storage, `${PREFIX}:${name}`);
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
 * @param {string} prefix
 * @returns {string[]}
 */
function keysWith(storage, prefix) {
  const keys = Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i) ?? "");
  return keys.filter((key) => key.startsWith(prefix));
}

/**
 * @param {Storage | undefined} storage
 * @param {string} key
 * @returns {any}
 */
function readJson(storage, key) {
  try {
    return JSON.parse(storage?.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined; // someone else's or a half-written value is no reason not to start
  }
}

/**
 * @param {Storage | undefined} storage
 * @param {string} key
 * @param {any} value undefined forgets
 */
function writeJson(storage, key, value) {
  try {
    if (value === undefined) storage?.removeItem(key);
    else storage?.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the page works on, only a reload forgets.
  }
}
