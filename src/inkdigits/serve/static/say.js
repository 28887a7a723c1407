// What screen readers are told, and the short notes that everyone sees. Knows nothing of what they are about.

import { byId, show } from "./dom.js";

const CALM_MS = 700;
const TOAST_MS = 10000;
const NARROW = "(max-width: 30rem)";

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
  placeToast();
  announce(text);
  clearTimeout(leaving);
  leaving = setTimeout(hideToast, TOAST_MS);
}

const PLACES = ["foot", "head", "foot-left", "foot-right"];
const CONTROLS = "button, a[href], input, summary, [tabindex='0']";

/** Put the note where it covers no button, or as few as can be; those of the page's head can wait until it is gone. */
function placeToast() {
  const note = byId("toast");
  const controls = [...document.querySelectorAll(CONTROLS)]
    .filter((each) => !note.contains(each) && !each.closest("header") && each.checkVisibility())
    .map((each) => each.getBoundingClientRect());
  const covered = (place) => {
    note.dataset.place = place;
    const box = note.getBoundingClientRect();
    return controls.filter((each) => each.left < box.right && each.right > box.left && each.top < box.bottom
      && each.bottom > box.top).length;
  };
  const places = matchMedia(NARROW).matches ? ["head", "foot"] : PLACES;
  const counts = places.map(covered);
  note.dataset.place = places[counts.indexOf(Math.min(...counts))];
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
  document.addEventListener("scroll", () => {
    if (!byId("toast").hidden) placeToast();
  }, { passive: true });
  byId("toast-close").addEventListener("click", () => show(byId("toast"), false));
  byId("toast-undo").addEventListener("click", () => {
    show(byId("toast"), false);
    undo?.();
  });
}
