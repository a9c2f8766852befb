// @ts-check
/** Where something that opens beside a button stands in the window. Pure. */

const GAP_PX = 6; // from the button
const EDGE_PX = 8; // from the window's edges
const MOST_PX = 560; // a longer list scrolls

/**
 * Below where it fits or where there is more room, else above; at the button's nearer side, and never out of the window.
 * @param {{left: number, right: number, top: number, bottom: number}} button
 * @param {number} height
 * @param {number} width
 * @param {{innerWidth: number, innerHeight: number}} view
 * @returns {{left: string, top: string, bottom: string, maxHeight: string}} as style
 */
export function placeBeside(button, height, width, { innerWidth, innerHeight }) {
  const below = innerHeight - button.bottom - GAP_PX - EDGE_PX;
  const above = button.top - GAP_PX - EDGE_PX;
  const under = Math.min(height, MOST_PX) <= below || below >= above;
  const wish = button.left + button.right > innerWidth ? button.right - width : button.left;
  const left = Math.max(EDGE_PX, Math.min(wish, innerWidth - width - EDGE_PX));
  return {
    left: `${left}px`,
    top: under ? `${button.bottom + GAP_PX}px` : "auto",
    bottom: under ? "auto" : `${innerHeight - button.top + GAP_PX}px`,
    maxHeight: `${Math.min(MOST_PX, under ? below : above)}px`,
  };
}
