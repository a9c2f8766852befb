// @ts-check
/** When a person's attention may be drawn. For merchants only the server's `alert` says so (R25). */
import { useApp } from "./app.js";
import { useEffect } from "./html.js";
import { sameWho } from "./state.js";

const LOUD_ALERTS = new Set(["new_message", "overdue_soon", "overdue"]); // the other kinds are silent

/**
 * The message that a frame should draw attention to, or nothing.
 * @param {any} frame
 * @param {import("./state.js").State} state after the frame was folded in
 * @param {string} role
 * @returns {{room: string, name: string, text: string} | undefined}
 */
export function attentionOf(frame, state, role) {
  if (state.link.phase !== "live") return undefined; // a replay is no news
  if (role === "merchant") {
    if (frame.type !== "alert" || !LOUD_ALERTS.has(frame.kind)) return undefined;
    const room = state.rooms[frame.room];
    const said = room?.events.find((envelope) => envelope.seq === frame.seq)?.event.body?.text;
    return { room: frame.room, name: room?.buyer.name ?? "", text: said ?? "" };
  }
  if (frame.type !== "event" || frame.event.kind !== "message_posted" || sameWho(frame.by, state.you)) return undefined;
  return { room: frame.room, name: frame.by.name, text: frame.event.body?.text ?? "" };
}

/** Sound, title count and notification for this app, as its role may have them. */
export function useAttention() {
  const { client, alerts, role, t } = useApp();
  useEffect(
    () =>
      client.onFrame((frame) => {
        const news = attentionOf(frame, client.state, role);
        if (!news) return;
        alerts.sound();
        alerts.count();
        alerts.notify({ title: t("sound.newMessage", { name: news.name }), body: news.text, tag: news.room });
      }),
    [client, alerts, role, t],
  );
}
