// The map of digits: draws the marks, and shows the digit under the pointer. Knows nothing of the rest of the page.

if (document.getElementById("map-data")) {
  const map = JSON.parse(document.getElementById("map-data").textContent);
  const canvas = document.getElementById("map-canvas");
  const controls = document.getElementById("map-controls");
  const tip = document.getElementById("map-digit");
  const status = document.getElementById("map-status");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const MARGIN = 14;
  const NEAR = 16;
  const SIDE = 28;
  const places = [...map.indices.keys()];
  const misread = places.filter((place) => map.labels[place] !== map.predictions[place]);
  const order = [...places.filter((place) => map.labels[place] === map.predictions[place]), ...misread];
  const asText = map.classes.every((name) => [...name].length === 1);
  const sheet = new Image();
  sheet.src = map.sheet;
  let chosen = -1;

  // Hues that are far apart for neighbouring numbers; the mark itself says the class too.
  function colourOf(number) {
    const hue = map.classes.length <= 10 ? number * 36 + (number % 2) * 8 : (number * 137.5) % 360;
    return `hsl(${hue} ${dark.matches ? "85% 68%" : "75% 36%"})`;
  }

  const at = (place) => [
    MARGIN + map.x[place] / map.unit * (canvas.clientWidth - 2 * MARGIN),
    MARGIN + map.y[place] / map.unit * (canvas.clientHeight - 2 * MARGIN)];

  function draw() {
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.font = "600 10px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const style = getComputedStyle(document.documentElement);
    const classes = map[controls.elements.by.value];
    const ring = (place, colour, radius, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.arc(...at(place), radius, 0, 2 * Math.PI);
      pen.stroke();
    };
    for (const place of order) {
      pen.fillStyle = colourOf(classes[place]);
      const [x, y] = at(place);
      if (asText) pen.fillText(map.classes[classes[place]], x, y);
      else {
        pen.beginPath();
        pen.arc(x, y, 2.5, 0, 2 * Math.PI);
        pen.fill();
      }
    }
    for (const place of misread) ring(place, style.getPropertyValue("--wrong"), 8, 2);
    if (chosen >= 0) ring(chosen, style.getPropertyValue("--ink"), 10, 3);
  }

  function choose(place) {
    if (place === chosen) return;
    chosen = place;
    tip.hidden = place < 0;
    draw();
    if (place < 0) return;
    const label = map.classes[map.labels[place]];
    const answer = map.classes[map.predictions[place]];
    const mark = { split: say(map.split), index: map.indices[place], label, answer };
    status.textContent = label === answer
      ? say("{split} digit {index}: {label}, read right", mark)
      : say("{split} digit {index}: {label} read as {answer}", mark);
    const [x, y] = at(place);
    tip.style.left = `${Math.min(canvas.clientWidth - 90, x + 12)}px`;
    tip.style.top = `${Math.max(0, y > 104 ? y - 104 : y + 16)}px`;
    sheet.decode().then(() => {
      const pen = tip.firstElementChild.getContext("2d");
      pen.clearRect(0, 0, SIDE, SIDE);
      pen.drawImage(sheet, place % map.columns * SIDE, Math.floor(place / map.columns) * SIDE, SIDE, SIDE, 0, 0, SIDE, SIDE);
    });
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    let best = -1;
    let least = NEAR ** 2;
    for (const place of places) {
      const [x, y] = at(place);
      const distance = (x - event.clientX + box.left) ** 2 + (y - event.clientY + box.top) ** 2;
      if (distance < least) [best, least] = [place, distance];
    }
    choose(best);
  }

  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") choose(-1); });
  controls.addEventListener("change", draw);
  controls.addEventListener("submit", (event) => event.preventDefault());
  const next = document.getElementById("map-next");
  next.disabled = misread.length === 0;
  next.addEventListener("click", () => choose(misread[(misread.indexOf(chosen) + 1) % misread.length]));
  new ResizeObserver(draw).observe(canvas);
  dark.addEventListener("change", draw);
  controls.hidden = false;
}
