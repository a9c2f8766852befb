// @ts-check
import { useApp, useAppState } from "../lib/app.js";
import { useAttention } from "../lib/attention.js";
import { ConnectionBanner } from "../lib/components/banner.js";
import { Empty } from "../lib/components/empty.js";
import { useFocus } from "../lib/components/focus.js";
import { useShortcuts } from "../lib/components/shortcuts.js";
import { html, useEffect, useMemo, useState } from "../lib/html.js";
import { Chat } from "./chat.js";
import { Context } from "./context.js";
import { Head } from "./head.js";
import { SessionList } from "./list.js";
import { Nothing } from "./nothing.js";
import { deskSessions, goneFrom } from "./sessions.js";
import "./words.js";

/** The desk: own sessions, the chat, the parcel. Narrow, the chat slides over the list. */
export function Courier() {
  useAttention();
  useNewSessions();
  useLeaving();
  const ready = useAppState((state) => state.ready);
  const [chosen, setChosen] = useState(/** @type {string | undefined} */ (undefined));
  const [view, setView] = useState("list");
  const list = useSessions();
  const room = list.find((/** @type {import("./sessions.js").DeskSession} */ session) => session.id === chosen)?.room;
  const focus = useFocus();
  const show = (/** @type {string} */ id) => {
    setChosen(id);
    setView("chat");
  };
  const select = (/** @type {string} */ id) => {
    show(id);
    focus.toChat();
  };
  const back = () => {
    setView("list");
    focus.toList();
  };
  const [first] = list;
  useEffect(() => {
    if (!room && first) show(first.id); // a session is assigned: one answers it
    if (!room && !first) setView("list");
  }, [room?.id, first?.id]);
  const { root, help, showHelp } = useShortcuts(useKeys({ list, chosen, select, back }));
  focus.root.current = root.current;
  return html`<div class="sf-desk c-desk" ref=${root} data-view=${room ? view : "list"}>
    <${Head} onHelp=${showHelp} />
    <${ConnectionBanner} />
    ${ready
      ? html`<div class="sf-columns">
          <${SessionList} list=${list} chosen=${room?.id} onSelect=${select} />
          <section class="sf-stage">${room ? html`<${Chat} key=${room.id} room=${room} onBack=${back} />` : html`<${Nothing} />`}</section>
          ${room ? html`<aside class="sf-side"><div class="sf-panel"><${Context} key=${room.id} room=${room} /></div></aside>` : null}
        </div>`
      : html`<${Starting} />`}
    ${help}
  </div>`;
}

function useSessions() {
  const { speech } = useApp();
  const rooms = useAppState((state) => state.rooms);
  const me = useAppState((state) => state.you);
  return useMemo(() => {
    const lineOf = (/** @type {any} */ body) => (body?.kind === "text" ? body.text : speech.t(body ? `line.${body.kind}` : "message.erased"));
    return me ? deskSessions(rooms, me, lineOf) : [];
  }, [rooms, me, speech]);
}

/** A session that comes to this desk draws attention, as its buyer waits already. */
function useNewSessions() {
  const { client, alerts, t } = useApp();
  useEffect(
    () =>
      client.onFrame((frame) => {
        const joined = frame.type === "event" && frame.event.kind === "agent_joined" && frame.event.agent.id === client.state.you?.id;
        if (!joined || client.state.link.phase !== "live") return;
        alerts.sound();
        alerts.count();
        alerts.notify({ title: t("courier.newSession"), body: "", tag: frame.room });
      }),
    [client, alerts, t],
  );
}

/** What was left is gone from the desk, its text with it (R46). */
function useLeaving() {
  const { client, toasts, t } = useApp();
  const gone = useAppState((state) => goneFrom(state.rooms).join(" "));
  useEffect(() => {
    if (!gone) return;
    for (const room of gone.split(" ")) client.store.dispatch({ type: "dropped_room", room });
    toasts.show(t("courier.left"));
  }, [gone]);
}

/** @param {any} desk */
function useKeys({ list, chosen, select, back }) {
  const { t } = useApp();
  const step = (/** @type {number} */ by) => {
    const at = list.findIndex((/** @type {any} */ { id }) => id === chosen);
    const next = list[(at + by + list.length) % list.length];
    if (next) select(next.id);
  };
  const press = (/** @type {string} */ name) => (/** @type {HTMLElement | null} */ root) =>
    /** @type {HTMLElement | null} */ (root?.querySelector(`[data-press="${name}"]`))?.click();
  return [
    { chord: "alt+ArrowDown", label: t("courier.keys.next"), run: () => step(1) },
    { chord: "alt+ArrowUp", label: t("courier.keys.previous"), run: () => step(-1) },
    { chord: "alt+KeyE", label: t("courier.keys.end"), run: press("end") },
    { chord: "alt+KeyK", label: t("courier.keys.keep"), run: press("keep") },
    { chord: "alt+KeyB", label: t("courier.keys.back"), run: back },
  ];
}

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
