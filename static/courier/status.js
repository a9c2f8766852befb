// @ts-check
import { useApp } from "../lib/app.js";

/** Tells the desk whether this agent takes sessions, and how many (R44). */
export function useStatus() {
  const { client, toasts, speech } = useApp();
  return (/** @type {{status: string, capacity?: number}} */ fields) =>
    client.request("set_status", fields).catch((/** @type {any} */ refusal) => toasts.show(speech.error(refusal.code)));
}
