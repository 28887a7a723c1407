// Pictures from outside: dropped, pasted, chosen or photographed. Knows nothing of reading.

import { byId, show } from "./dom.js";

/** Call `onPicture` with each File that comes in, wherever on the page it is dropped. */
export function takePictures(onPicture) {
  for (const id of ["choose", "photograph"]) {
    byId(id).addEventListener("change", ({ target }) => {
      if (target.files.length) onPicture(target.files[0]);
      // The same file again is a new wish.
      target.value = "";
    });
  }
  document.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files][0];
    if (!file) return;
    event.preventDefault();
    onPicture(file);
  });
  takeDrops(onPicture);
}

function takeDrops(onPicture) {
  const veil = byId("dropping");
  const holdsFile = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    show(veil, true);
  });
  document.addEventListener("dragleave", (event) => {
    // Leaving one element for another is not leaving the page.
    if (!event.relatedTarget) show(veil, false);
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    show(veil, false);
    const [file] = event.dataTransfer.files;
    if (file) onPicture(file);
  });
}
