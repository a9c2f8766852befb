// @ts-check
/** What a page's entry reads from its address; nothing else in the pages does. */

/**
 * Query and fragment as one; the fragment wins, as it never reaches a server's log.
 * @param {{search: string, hash: string}} location
 * @returns {(name: string) => string | undefined}
 */
export function addressFields({ search, hash }) {
  const fields = new Map([...new URLSearchParams(search), ...new URLSearchParams(hash.slice(1))]);
  return (name) => fields.get(name) || undefined;
}

/**
 * A given token works until the server refuses it; a page cannot make another.
 * @param {string} token
 * @returns {import("./connection.js").TokenProvider}
 */
export function onceToken(token) {
  return (why) => (why === "first" ? token : Promise.reject(new Error("the token has ended")));
}

/**
 * Whose token it is, only to keep drafts of different people apart; the server checks the token.
 * @param {string} jwt
 * @returns {string}
 */
export function subjectOf(jwt) {
  try {
    const payload = jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0)))).sub;
  } catch {
    return "unknown";
  }
}
