// @ts-check
/**
 * What draws a person's attention: a short tone, the count in the title, a desktop notification.
 * Nothing here decides when: callers follow the server's word (R25), for merchants its `alert`
 * frames and nothing else.
 */
import { preference, rememberPreference } from "./memory.js";

const TONE_S = 0.16;
const TONES_HZ = [880, 1174.66]; // a fifth up: friendly and short

/** @param {{storage?: Storage, titled: boolean}} options */
export function openAlerts({ storage, titled }) {
  let muted = preference(storage, "sound") === "off";
  let unread = 0;
  let title = titled ? document.title : "";
  /** @type {AudioContext | undefined} */
  let audio;

  const showUnread = () => {
    if (titled) document.title = unread > 0 ? `(${unread}) ${title}` : title;
  };
  const seen = () => {
    if (document.visibilityState !== "visible") return;
    unread = 0;
    showUnread();
  };
  document.addEventListener("visibilitychange", seen);

  return {
    get muted() {
      return muted;
    },
    /** @param {boolean} value */
    mute(value) {
      muted = value;
      rememberPreference(storage, "sound", value ? "off" : "on");
    },
    /** Plays the tone; silent before the first gesture, as browsers demand. */
    async sound() {
      if (muted || !navigator.userActivation?.hasBeenActive) return;
      audio ??= new AudioContext();
      if (audio.state === "suspended") await audio.resume().catch(() => {});
      if (audio.state === "running") TONES_HZ.forEach((hz, i) => tone(/** @type {AudioContext} */ (audio), hz, i));
    },
    /** @param {string} text the page's title without its count */
    entitle(text) {
      title = text;
      showUnread();
    },
    /** One more message that nobody has looked at. */
    count() {
      if (document.visibilityState === "visible") return;
      unread += 1;
      showUnread();
    },
    get notifications() {
      return globalThis.Notification?.permission ?? "denied";
    },
    /** Asks the browser; only ever on a person's request. */
    async askForNotifications() {
      return (await globalThis.Notification?.requestPermission()) ?? "denied";
    },
    /** @param {{title: string, body: string, tag: string}} text shown only while the page is hidden */
    notify({ title: heading, body, tag }) {
      if (document.visibilityState === "visible" || globalThis.Notification?.permission !== "granted") return;
      const shown = new Notification(heading, { body, tag });
      shown.onclick = () => globalThis.focus();
    },
    stop() {
      document.removeEventListener("visibilitychange", seen);
      audio?.close();
    },
  };
}

/**
 * @param {AudioContext} audio
 * @param {number} hz
 * @param {number} place
 */
function tone(audio, hz, place) {
  const start = audio.currentTime + place * TONE_S * 0.6;
  const source = new OscillatorNode(audio, { frequency: hz, type: "sine" });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.12, start + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + TONE_S);
  source.connect(gain).connect(audio.destination);
  source.start(start);
  source.stop(start + TONE_S);
}
