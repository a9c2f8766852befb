// @ts-check
/** What the server says of the shop's contacts, and a first look into rooms whose log is not at hand. */
import { useApp, useAppState } from "../lib/app.js";
import { useEffect, useState } from "../lib/html.js";
import { basesOf } from "./unread.js";

const PEEK = 20; // events; enough to find the last thing that was said
const PEEK_ROOMS = 40; // the rows that a screen can show
const TRIES = 3; // a busy shop's heads move while one asks

/** @typedef {import("../lib/client.js").Client} Client */

/**
 * The unread counts by room, asked again after every reconnect (R26).
 * @returns {Record<string, import("./unread.js").Base>}
 */
export function useContacts() {
  const { client } = useApp();
  const live = useAppState((state) => state.link.phase === "live");
  const shop = useAppState((state) => state.you?.shop);
  const [bases, setBases] = useState({});
  useEffect(() => {
    if (!live || !shop) return undefined;
    let current = true;
    fetchBases(client, shop)
      .then((found) => current && setBases(found))
      .catch(() => {}); // without them the list counts what it sees
    peek(client, () => current);
    return () => {
      current = false;
    };
  }, [live, shop, client]);
  return bases;
}

/** @param {Client} client @param {string} shop */
async function fetchBases(client, shop) {
  for (let tries = 1; ; tries += 1) {
    const before = headsOf(client);
    const { contacts } = await client.http.get(`/api/v1/shops/${encodeURIComponent(shop)}/contacts?limit=200`);
    const heads = headsOf(client);
    const still = contacts.every((/** @type {any} */ { room }) => heads[room] === before[room]);
    if (still || tries >= TRIES) return basesOf(contacts, heads);
  }
}

/** @param {Client} client @returns {Record<string, number>} */
const headsOf = (client) => Object.fromEntries(Object.values(client.state.rooms).map((room) => [room.id, room.last]));

/**
 * Fetches the end of each log that came without, one after the other, newest rooms first.
 * @param {Client} client
 * @param {() => boolean} current
 */
async function peek(client, current) {
  const bare = Object.values(client.state.rooms).filter((room) => room.events.length === 0 && room.last > 0);
  for (const room of bare.slice(0, PEEK_ROOMS)) {
    if (!current()) return;
    const asked = { room: room.id, before: room.last + 1, limit: PEEK };
    await client.request("fetch_history", asked).catch(() => {}); // the row stays without its last line
  }
}
