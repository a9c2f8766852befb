// @ts-check
import { html } from "../html.js";
import { nameIn } from "../room.js";
import { useApp, useNow } from "../app.js";

const FADES_MS = 5_000; // typing frames come every 3 s while somebody types

/** Who is typing right now; keeps its line, so nothing moves. @param {{room: import("../room.js").Room}} props */
export function Typing({ room }) {
  const { t, speech, client } = useApp();
  const any = Object.keys(room.typing).length > 0;
  useNow(1000, any);
  const now = client.clock.now();
  const names = Object.values(room.typing).filter(({ at }) => now - at < FADES_MS).map(({ who }) => nameIn(room, who) || speech.named("role", who.role));
  const text = names.length === 1 ? t("chat.typing", { name: names[0] }) : t("chat.typingMany", { names: names.join("、") });
  return html`<div class="sf-typing" aria-live="polite">${names.length > 0 ? text : ""}</div>`;
}
