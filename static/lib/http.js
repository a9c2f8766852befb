// @ts-check
import { Refusal } from "./refusal.js";

/**
 * The JSON side of the API, with the bearer token of one identity.
 * @param {object} options
 * @param {string} options.origin "" for the page's own
 * @param {() => Promise<string> | string} options.token
 * @param {typeof fetch} [options.fetch]
 */
export function openHttp({ origin, token, fetch: send = globalThis.fetch.bind(globalThis) }) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: any, headers?: Record<string, string>}} [more]
   */
  async function ask(method, path, { body, headers } = {}) {
    const sent = {
      accept: "application/json",
      authorization: `Bearer ${await token()}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await send(origin + path, { method, headers: sent, body: text }).catch(() => {
      throw new Refusal({ code: "unreachable", retryable: true });
    });
    if (!response.ok) throw await refusalOf(response);
    return { value: await response.json().catch(() => undefined), etag: response.headers.get("etag") };
  }
  return {
    ask,
    get: async (/** @type {string} */ path) => (await ask("GET", path)).value,
    post: async (/** @type {string} */ path, /** @type {any} */ body) => (await ask("POST", path, { body })).value,
    put: async (/** @type {string} */ path, /** @type {any} */ body) => (await ask("PUT", path, { body })).value,
  };
}

/** @param {Response} response */
async function refusalOf(response) {
  const problem = await response.json().catch(() => ({}));
  const message = problem.detail ?? problem.title;
  return new Refusal({ ...problem, code: problem.code ?? `http_${response.status}`, message });
}
