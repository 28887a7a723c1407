// What all pages of this package do: numbers of a chart where it is pointed at or touched, and contents that fold on a
// phone. And what both galleries are built with. Knows nothing of what is shown.

const SIDE = 28;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Each sheet is decoded once, when the first of its tiles is shown.
function spriteSheets(sheets) {
  const decoded = new Map();
  return (number) => {
    if (!decoded.has(number)) {
      const image = new Image();
      image.src = sheets[number].source;
      decoded.set(number, image.decode().then(() => image));
    }
    return decoded.get(number);
  };
}

function tileOf(sheet, column, row, description, paint = () => {}) {
  const canvas = element("canvas", "tile");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  sheet.then((image) => {
    const pen = canvas.getContext("2d");
    pen.drawImage(image, column * SIDE, row * SIDE, SIDE, SIDE, 0, 0, SIDE, SIDE);
    paint(pen);
  });
  return canvas;
}

const contents = document.getElementById("contents");
const wide = matchMedia("(min-width: 70rem)");
if (contents) {
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  contents.addEventListener("click", (event) => { if (event.target.closest("a")) fold(); });
  fold();
}

const bubble = document.createElement("div");
bubble.id = "hover";
bubble.hidden = true;
document.body.append(bubble);
for (const band of document.querySelectorAll(".band")) {
  // The browser's own bubble comes late and not at all on touch; it is for pages without scripts.
  band.dataset.text = band.querySelector("title").textContent;
  band.querySelector("title").remove();
}

let near = null;
function point(event) {
  const band = event.target.closest?.(".band") ?? null;
  if (near && near !== band) near.classList.remove("near");
  near = band;
  bubble.hidden = !band;
  if (!band) return;
  band.classList.add("near");
  bubble.textContent = band.dataset.text;
  const left = event.pageX + 12;
  const room = document.documentElement.clientWidth - bubble.offsetWidth - 8;
  bubble.style.left = `${Math.max(4, Math.min(left, room))}px`;
  bubble.style.top = `${event.pageY - bubble.offsetHeight - 12}px`;
}
document.addEventListener("pointermove", point);
document.addEventListener("pointerdown", point);
