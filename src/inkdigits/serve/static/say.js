// What screen readers are told, and the short notes that everyone sees. Knows nothing of what they are about.

import { byId, show } from "./dom.js";

const CALM_MS = 700;
const TOAST_MS = 10000;

let later = 0;

/** Tell screen readers at once. */
export function announce(text) {
  clearTimeout(later);
  const region = byId("said");
  // The same words twice are told twice only if something changes between.
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}

/** Tell screen readers once nothing new has come for a moment: answers change with every stroke. */
export function announceCalmly(text) {
  clearTimeout(later);
  later = setTimeout(() => announce(text), CALM_MS);
}

let leaving = 0;
let undo = null;

/** Show a note at the foot of the page for a while, with an undo button where there is something to undo. */
export function toast(text, onUndo = null) {
  undo = onUndo;
  byId("toast-words").textContent = text;
  show(byId("toast-undo"), onUndo !== null);
  show(byId("toast"), true);
  announce(text);
  clearTimeout(leaving);
  leaving = setTimeout(hideToast, TOAST_MS);
}

export function hideToast() {
  // Never taken from under somebody who has moved there.
  if (byId("toast").contains(document.activeElement) && document.hasFocus()) {
    leaving = setTimeout(hideToast, TOAST_MS);
    return;
  }
  show(byId("toast"), false);
}

/** Make the buttons of the note work. */
export function startToast() {
  byId("toast-close").addEventListener("click", () => show(byId("toast"), false));
  byId("toast-undo").addEventListener("click", () => {
    show(byId("toast"), false);
    undo?.();
  });
}
