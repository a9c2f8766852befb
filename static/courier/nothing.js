// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { Empty } from "../lib/components/empty.js";
import { html } from "../lib/html.js";

/**
 * An empty desk says what brings the next session.
 * @param {{listed?: boolean}} props in the list it says so in few words; beside it, what to expect
 */
export function Nothing({ listed = false }) {
  const { t, client, toasts, speech } = useApp();
  const desk = useAppState((state) => state.desk);
  const online = () => client.request("set_status", { status: "online" }).catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  const away = desk !== undefined && desk.status !== "online";
  const title = listed ? t("courier.noSessions") : t(`courier.nothing.${desk?.status ?? "online"}`);
  if (!away) return html`<${Empty} title=${title} hint=${t("courier.nothing.waiting")} />`;
  return html`<${Empty} title=${title} hint=${t("courier.nothing.hint")} action=${t("courier.goOnline")} onAction=${online} />`;
}
