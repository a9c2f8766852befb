// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { useAttention } from "../lib/attention.js";
import { Banner, ConnectionBanner } from "../lib/components/banner.js";
import { Empty } from "../lib/components/empty.js";
import { useFocus } from "../lib/components/focus.js";
import { useShortcuts } from "../lib/components/shortcuts.js";
import { html, useEffect, useMemo, useState } from "../lib/html.js";
import { Chat } from "./chat.js";
import { useContacts } from "./contacts.js";
import { arranged, conversationsOf } from "./conversations.js";
import { Head } from "./head.js";
import { ConversationList } from "./list.js";
import { Panel } from "./panel.js";
import { Tools } from "./tools.js";
import { longestFirst, showsClockOff } from "./waiting.js";
import "./words.js";

/**
 * The workbench: conversations, the chat, the order beside it. Narrow, the chat slides over the list.
 * @param {{room?: string, desk: {select: (room: string) => void}, opensFirst: boolean}} props
 */
export function Merchant({ room: first, desk, opensFirst }) {
  useAttention();
  useServerClock();
  const { client } = useApp();
  const ready = useAppState((state) => state.ready);
  const [chosen, setChosen] = useState(first);
  const [view, setView] = useState(first ? "chat" : "list");
  const [wish, setWish] = useState({ query: "", longest: false });
  const [tools, setTools] = useState(false);
  const list = useList(wish);
  const room = useAppState((state) => (chosen ? state.rooms[chosen] : undefined));
  const [sheet, setSheet] = useState(/** @type {import("./chat.js").Sheet | undefined} */ (undefined));
  const show = (/** @type {string} */ id) => {
    setChosen(id);
    setView("chat");
    setSheet(undefined);
  };
  const focus = useFocus();
  const select = (/** @type {string} */ id) => {
    show(id);
    focus.toChat();
  };
  const invite = (/** @type {string} */ order) => setSheet({ name: "invite", order });
  desk.select = show; // from outside: the focus is not ours to take
  const back = () => {
    setView("list");
    focus.toList();
  };
  const newest = list[0]?.id;
  useEffect(() => {
    if (opensFirst && chosen === undefined && newest !== undefined) setChosen(newest); // narrow, the list stays in front
  }, [opensFirst, chosen, newest]);
  const { root, help, showHelp } = useShortcuts(useKeys({ list, chosen, select, setTools, back }));
  focus.root.current = root.current;
  useEffect(() => {
    if (room && room.more && room.events.length < 10) client.fetchOlder(room.id); // the list only peeked
  }, [room?.id]);
  return html`<div class="sf-desk m-desk" ref=${root} data-view=${room ? view : "list"}>
    <${Head} serving=${list.length} onTools=${() => setTools(true)} onHelp=${showHelp} />
    <${ConnectionBanner} />
    <${Upgrade} />
    ${ready
      ? html`<div class="sf-columns">
          <${ConversationList} list=${list} chosen=${room?.id} wish=${wish} onWish=${setWish} onSelect=${select} />
          <section class="sf-stage">
            ${room
              ? html`<${Chat} key=${room.id} room=${room} sheet=${sheet} onSheet=${setSheet} onBack=${back} />`
              : html`<${Nothing} onSelect=${select} />`}
          </section>
          ${room ? html`<aside class="sf-side"><${Panel} key=${room.id} room=${room} onInvite=${invite} /></aside>` : null}
        </div>`
      : html`<${Starting} />`}
    ${tools ? html`<${Tools} onClose=${() => setTools(false)} />` : null}
    ${help}
  </div>`;
}

/** Asks for the server's time when a frame shows that countdowns would be wrong. */
function useServerClock() {
  const { client } = useApp();
  useEffect(
    () =>
      client.onFrame((frame) => {
        const live = client.state.link.phase === "live"; // before that `welcome` has just told
        if (live && showsClockOff(frame, client.state.rooms[frame.room], client.now())) client.syncClock();
      }),
    [client],
  );
}

/** @param {{query: string, longest: boolean}} wish */
function useList(wish) {
  const { speech, client } = useApp();
  const rooms = useAppState((state) => state.rooms);
  const me = useAppState((state) => state.you);
  const drafts = useAppState((state) => state.drafts);
  const bases = useContacts();
  return useMemo(
    () => (me ? arranged(conversationsOf({ rooms, me, bases, drafts, speech, now: client.now() }), wish) : []),
    [rooms, me, bases, drafts, speech, wish],
  );
}

/** @param {any} desk */
function useKeys({ list, chosen, select, setTools, back }) {
  const { t, client } = useApp();
  const step = (/** @type {number} */ by) => {
    const at = list.findIndex((/** @type {any} */ { id }) => id === chosen);
    const next = list[Math.max(0, Math.min(list.length - 1, at + by))];
    if (next) select(next.id);
  };
  const longest = () => {
    const [first] = longestFirst(Object.values(client.state.rooms), client.now());
    if (first) select(first.id);
  };
  const press = (/** @type {string} */ name) => (/** @type {HTMLElement | null} */ root) =>
    /** @type {HTMLElement | null} */ (root?.querySelector(`[data-press="${name}"]`))?.click();
  return [
    { chord: "alt+ArrowDown", label: t("merchant.keys.next"), run: () => step(1) },
    { chord: "alt+ArrowUp", label: t("merchant.keys.previous"), run: () => step(-1) },
    { chord: "alt+KeyL", label: t("merchant.keys.longest"), run: longest },
    { chord: "alt+KeyI", label: t("merchant.keys.invite"), run: press("invite") },
    { chord: "alt+KeyW", label: t("merchant.keys.why"), run: press("why") },
    { chord: "alt+KeyT", label: t("merchant.keys.tools"), run: () => setTools(true) },
    { chord: "alt+KeyB", label: t("merchant.keys.back"), run: back },
  ];
}

/** @param {{onSelect: (id: string) => void}} props */
function Nothing({ onSelect }) {
  const { t, client } = useApp();
  const rooms = useAppState((state) => state.rooms);
  const [first] = longestFirst(Object.values(rooms), client.now());
  if (first) {
    return html`<${Empty} title=${t("merchant.pick")} hint=${t("merchant.pickHint")} action=${t("merchant.pickLongest")}
      onAction=${() => onSelect(first.id)} />`;
  }
  return html`<${Empty} title=${t("merchant.pick")} hint=${t("merchant.pickHint")} />`;
}

/** Before the first `ready`: what is going on, or what to do. */
function Starting() {
  const { t, client } = useApp();
  const link = useAppState((state) => state.link);
  const again = () => client.connection.reconnectNow();
  if (link.phase === "waiting" && link.code === 0) {
    return html`<${Empty} title=${t("desk.noToken")} hint=${t("desk.noTokenHint")} action=${t("action.retry")} onAction=${again} />`;
  }
  if (link.phase === "stopped" || link.phase === "offline") return html`<${Empty} title=${t("error.unreachable")} hint=${t("desk.offlineHint")} />`;
  return html`<${Empty} busy title=${t("desk.connecting")} />`;
}

/** The server advises a newer client: no invite entry until then (R18). */
function Upgrade() {
  const { t } = useApp();
  const upgrade = useAppState((state) => state.upgrade);
  if (!upgrade) return null;
  const open = () => globalThis.open(upgrade.url, "_blank", "noopener");
  return html`<${Banner} tone="warn" text=${t("merchant.upgrade", { minimum: upgrade.minimum })} action=${t("merchant.upgradeNow")}
    onAction=${open} />`;
}
