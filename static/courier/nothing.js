// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { Empty } from "../lib/components/empty.js";
import { html } from "../lib/html.js";
import { useStatus } from "./status.js";

/**
 * An empty desk says what brings the next session.
 * @param {{listed?: boolean}} props in the list it says so in few words; beside it, what to expect
 */
export function Nothing({ listed = false }) {
  const { t } = useApp();
  const set = useStatus();
  const desk = useAppState((state) => state.desk);
  const away = desk !== undefined && desk.status !== "online";
  const title = listed ? t("courier.noSessions") : t(`courier.nothing.${desk?.status ?? "online"}`);
  if (!away) return html`<${Empty} title=${title} hint=${t("courier.nothing.waiting")} />`;
  return html`<${Empty} title=${title} hint=${t("courier.nothing.hint")} action=${t("courier.goOnline")} onAction=${() => set({ status: "online" })} />`;
}
