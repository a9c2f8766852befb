// @ts-check
/** What a card or a hint rests on: the topic, and the words that led to it (R9). */
import { html } from "../html.js";
import { useApp } from "../app.js";
import { longest, marked, oneLine } from "../evidence.js";

/** @param {{intent?: string, evidence?: string[], suggested?: boolean}} props */
export function Evidence({ intent, evidence = [], suggested }) {
  const { t, speech } = useApp();
  if (!intent && !suggested) return null;
  return html`<span class="sf-evidence">
    ${suggested ? html`<span class="sf-chip" data-voice="platform">${t("desk.platformSuggests")}</span>` : null}
    ${intent ? html`<strong>${speech.named("intent", intent)}</strong>` : null}
    ${evidence.length > 0
      ? html`<span class="sf-hidden">${t("desk.evidence")}</span>${longest(evidence).map(
          (words) => html`<q key=${words} title=${oneLine(words)}><span class="sf-cut">${oneLine(words)}</span></q>`,
        )}`
      : null}
  </span>`;
}

/** The last message of a burst with the words that led to a card set off, also those of a longer piece. @param {{text: string, evidence?: string[]}} props */
export function Marked({ text, evidence = [] }) {
  return html`<${Pieces} pieces=${marked(text, evidence.flatMap((words) => words.split("\n")))} />`;
}

/** @param {{pieces: {text: string, hit: boolean}[]}} props */
export function Pieces({ pieces }) {
  return pieces.map(({ text, hit }) => (hit ? html`<mark>${text}</mark>` : text));
}
