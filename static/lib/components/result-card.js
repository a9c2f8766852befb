// @ts-check
/** The agent's result, which stays in the room for buyer and shop (R53). */
import { html } from "../html.js";
import { useApp } from "../app.js";

const RESOLUTIONS = new Set(["solved", "follow_up", "not_logistics", "other"]);

/** @param {{event: any}} props a `session_ended`; nothing is drawn where no agent left a result */
export function ResultCard({ event }) {
  const { t, times, client } = useApp();
  const { reason, summary, promise_at, ticket } = event;
  if (!RESOLUTIONS.has(reason) || (reason === "other" && !summary && !ticket)) return null;
  const facts = [
    promise_at ? t("result.promise", { time: times.moment(promise_at, client.now()) }) : "",
    ticket ? t("result.ticket", { no: ticket }) : "",
  ].filter(Boolean);
  return html`<article class="sf-card sf-result" data-voice="logistics" data-reason=${reason} aria-label=${t("result.title")}>
    <p class="sf-row"><span class="sf-quiet">${t("result.title")}</span><strong>${t(`result.${reason}`)}</strong>
      ${facts.map((fact) => html`<span class="sf-num" key=${fact}>${fact}</span>`)}</p>
    ${summary ? html`<p>${summary}</p>` : null}
  </article>`;
}
