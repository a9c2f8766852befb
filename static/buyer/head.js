// @ts-check
import { useApp } from "../lib/app.js";
import { Avatar, ModeChip, PresenceDot } from "../lib/components/marks.js";
import { Settings } from "../lib/components/settings.js";
import { html, useState } from "../lib/html.js";

/**
 * The shop, who of it is there, and who takes part.
 * @param {{room?: import("../lib/room.js").Room, shop?: string}} props
 */
export function Head({ room, shop }) {
  const { t } = useApp();
  const [settings, setSettings] = useState(false);
  const names = useApp().client.state.shopNames;
  const name = room?.shop.name || names[shop ?? ""] || room?.shop.id || shop || t("buyer.shop");
  return html`<header class="sf-head">
      <${Avatar} name=${name} voice="merchant" large />
      <div class="sf-grow">
        <h1 class="sf-cut">${name}</h1>
        ${room ? html`<${Reception} room=${room} />` : null}
      </div>
      ${room && room.phase !== "two_party" ? html`<${ModeChip} room=${room} />` : null}
      <button type="button" class="sf-btn" data-tone="quiet" data-size="icon" aria-label=${t("menu.more")} onClick=${() => setSettings(true)}>⋯</button>
    </header>
    ${settings ? html`<${Settings} onClose=${() => setSettings(false)} />` : null}`;
}

/** @param {{room: import("../lib/room.js").Room}} props */
function Reception({ room }) {
  const { t } = useApp();
  const agents = room.members.filter((member) => member.role === "merchant" && member.online);
  const holder = agents.find((agent) => agent.id === (room.held_by?.id ?? room.held_by)) ?? agents[0];
  const there = room.reception === "bot" || agents.length > 0; // the snapshot's reception ages, presence does not
  const text = () => {
    if (room.reception === "bot") return t("presence.bot");
    if (!there) return t("presence.shopAway");
    const key = room.phase === "two_party" ? "presence.agentOnline" : "presence.nameOnline"; // the chip needs the room
    return holder ? t(key, { name: holder.name }) : t("presence.shopOnline");
  };
  return html`<p class="sf-sub"><${PresenceDot} online=${there} /><span class="sf-cut">${text()}</span></p>`;
}
