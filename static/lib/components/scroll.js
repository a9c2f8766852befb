// @ts-check
import { useEffect, useLayoutEffect, useRef, useState } from "../html.js";

const NEAR_PX = 48; // this close to the end counts as being there
const OLDER_PX = 600; // older pages are asked for before the front is in sight

/**
 * Keeps what one reads where it is: at the end new rows push the log up, anywhere else the first
 * visible row stays put, whether rows come in front (a page of history) or behind.
 * @param {object} options
 * @param {any[]} options.rows changes when the log does
 * @param {() => void} options.onNearFront
 * @param {(atEnd: boolean) => void} options.onEnd
 */
export function useScroll({ rows, onNearFront, onEnd }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const place = useRef({ end: true, key: "", top: 0, top_px: 0 });
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = () => {
    const el = box.current;
    if (!el) return;
    el.scrollTop = el.scrollHeight;
    place.current.top_px = el.scrollTop;
  };
  const restore = () => {
    const el = box.current;
    if (!el) return;
    if (place.current.end) return toEnd();
    const row = rowOf(el, place.current.key);
    if (row) el.scrollTop += row.getBoundingClientRect().top - el.getBoundingClientRect().top - place.current.top;
  };
  const remember = () => {
    const el = box.current;
    if (!el) return;
    const end = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_PX;
    // Only a person scrolls up; the end that moved away below is followed.
    if (place.current.end && !end && el.scrollTop >= place.current.top_px) return toEnd();
    place.current = { end, ...firstVisible(el), top_px: el.scrollTop };
    if (end !== atEnd) setAtEnd(end);
    onEnd(end);
    if (el.scrollTop < OLDER_PX) onNearFront();
  };

  useLayoutEffect(restore, [rows]);
  useEffect(() => {
    const el = box.current;
    if (!el) return undefined;
    // Rows get their true height when they come into sight, and a pane may be resized: hold on.
    const observer = new ResizeObserver(restore);
    observer.observe(el);
    if (el.firstElementChild) observer.observe(el.firstElementChild);
    return () => observer.disconnect();
  }, []);
  const jump = () => {
    place.current.end = true;
    toEnd();
    setAtEnd(true);
  };
  return { box, atEnd, jump, onScroll: remember };
}

/** @param {HTMLElement} el @param {string} key */
function rowOf(el, key) {
  return [...el.querySelectorAll("[data-key]")].find((row) => row.getAttribute("data-key") === key);
}

/** @param {HTMLElement} el @returns {{key: string, top: number}} */
function firstVisible(el) {
  const front = el.getBoundingClientRect().top;
  for (const row of el.querySelectorAll("[data-key]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > front + 1) return { key: row.getAttribute("data-key") ?? "", top: top - front };
  }
  return { key: "", top: 0 };
}
