// @ts-check
/** Names of the seeded shops; elsewhere the embedding platform knows its shops' names. */
export const DEMO_SHOPS = { "demo-shop-1": "竹间小铺", "demo-shop-2": "云栖茶铺" };

/**
 * A token for a seeded or made-up person; there in demo mode only.
 * @param {string} origin "" for the page's own
 * @param {{role: string, id: string, shop?: string, carrier?: string, name?: string, lead?: boolean, expires_in_s?: number}} wanted
 * @returns {Promise<string>}
 */
export async function demoToken(origin, wanted) {
  const response = await fetch(`${origin}/api/v1/demo/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  if (!response.ok) throw new Error(`no demo token: HTTP ${response.status}`);
  return (await response.json()).token;
}
