// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { Empty } from "../lib/components/empty.js";
import { html } from "../lib/html.js";

/** An empty desk says what brings the next session. */
export function Nothing() {
  const { t, client, toasts, speech } = useApp();
  const desk = useAppState((state) => state.desk);
  const online = () => client.request("set_status", { status: "online" }).catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
  if (desk && desk.status !== "online") {
    return html`<${Empty} title=${t(`courier.nothing.${desk.status}`)} hint=${t("courier.nothing.hint")} action=${t("courier.goOnline")} onAction=${online} />`;
  }
  return html`<${Empty} title=${t("courier.nothing.online")} hint=${t("courier.nothing.waiting")} />`;
}
