// The gallery of misread digits: builds cards from the JSON in the page. Knows nothing of charts.
// Text goes in by textContent only, so no class name can become markup.

const record = JSON.parse(document.getElementById("gallery-data").textContent);
const controls = document.getElementById("gallery-controls");
const list = document.getElementById("gallery-cards");
const status = document.getElementById("gallery-status");
const more = document.getElementById("gallery-more");
const all = document.getElementById("gallery-all");
const PAGE = 48;
const words = JSON.parse(document.getElementById("words").textContent);

// An English sentence in the page's language, with its fields filled in.
function say(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (field, name) => values[name] ?? field);
}

const cases = record.rows.map(([index, label, prediction, confidence, pairs, nearLabel, nearPrediction, map], rank) => (
  { rank, index, label, prediction, confidence, pairs, nearLabel, nearPrediction, map }));
const orders = {
  surest: (a, b) => a.rank - b.rank,
  doubtful: (a, b) => b.rank - a.rank,
  pair: (a, b) => a.label - b.label || a.prediction - b.prediction || a.rank - b.rank,
  prediction: (a, b) => a.prediction - b.prediction || a.label - b.label || a.rank - b.rank,
  index: (a, b) => a.index - b.index,
};
const kindOf = ({ rank }) => (rank < record.detailed ? "detailed" : rank < record.pictured ? "pictured" : "listed");
const cards = list && cardList(list, card, kindOf);
let chosen = [];
let shown = 0;

function percent(parts) {
  if (parts >= record.unit) return "> 99.99 %";
  return `${(parts / record.unit * 100).toFixed(2)} %`;
}

const sheetOf = spriteSheets(record.sheets);
function tile(each, column, description) {
  const sheet = sheetOf(Math.floor(each.rank / record.sheetRows));
  return tileOf(sheet, column, each.rank % record.sheetRows, description, column === 3 ? colourMap : undefined);
}

// Grey 128 is nothing; lighter spoke for the wrong answer (orange), darker for the right one (blue). The colours are the
// style's: on a dark page they are brighter.
function colourMap(pen) {
  const style = getComputedStyle(document.documentElement);
  const colourOf = (side) => style.getPropertyValue(`--map-${side}`).trim().split(" ").map(Number);
  const [right, wrong] = [colourOf("right"), colourOf("wrong")];
  const power = Number(style.getPropertyValue("--map-power"));
  const pixels = pen.getImageData(0, 0, SIDE, SIDE);
  const data = pixels.data;
  for (let at = 0; at < data.length; at += 4) {
    const value = (data[at] - 128) / 127;
    [data[at], data[at + 1], data[at + 2]] = value > 0 ? wrong : right;
    data[at + 3] = Math.round(255 * Math.pow(Math.abs(value), power));
  }
  pen.putImageData(pixels, 0, 0);
}

function figure(content, caption, className) {
  const made = element("figure", className);
  const frame = element("div", "frame");
  frame.append(...content);
  made.append(frame, element("figcaption", "", caption));
  return made;
}

function pictures(each, label, prediction) {
  const tiles = element("div", "tiles");
  if (each.rank >= record.pictured) {
    tiles.append(element("p", "note", say("The picture was left out to keep this page small.")));
    return tiles;
  }
  tiles.append(figure([tile(each, 0, say("the misread digit, a {label}", { label }))], say("the digit")));
  if (each.rank >= record.detailed) return tiles;
  if (each.map) {
    const ghost = tile(each, 0, "");
    ghost.setAttribute("aria-hidden", "true");
    const stack = element("div", "stack");
    stack.append(ghost, tile(each, 3, say("what spoke for {prediction} (orange) and for {label} (blue)", { prediction, label })));
    stack.lastChild.classList.add("map");
    tiles.append(figure([stack], say("evidence")));
  }
  for (const [column, near, name, side] of [
    [1, each.nearLabel, label, "right"], [2, each.nearPrediction, prediction, "wrong"]]) {
    if (!near) continue;
    const made = figure([tile(each, column, say("the nearest training {name}", { name }))], say("nearest {name}", { name }), side);
    made.title = say("Training digit {index}, at a distance of {distance}", { index: near[0], distance: near[1] });
    tiles.append(made);
  }
  return tiles;
}

function bars(each) {
  const chart = element("ul", "columns");
  chart.setAttribute("aria-label", say("Probabilities"));
  const parts = new Map();
  for (let at = 0; at < each.pairs.length; at += 2) parts.set(each.pairs[at], each.pairs[at + 1]);
  // Few classes: a column for every one, in the same place on every card. Many: the likeliest.
  const columns = record.classes.length <= 12
    ? record.classes.keys() : [...new Set([...parts.keys(), each.label])].sort((a, b) => a - b);
  for (const number of columns) {
    const part = parts.get(number) ?? 0;
    const side = number === each.label ? "right" : number === each.prediction ? "wrong" : "";
    const column = element("li", side);
    column.title = `${record.classes[number]}: ${percent(part)}`;
    const space = element("span", "space");
    const bar = element("span", "bar");
    bar.style.height = `${part / record.unit * 100}%`;
    space.append(bar);
    column.append(space, element("span", "name", record.classes[number]));
    column.append(element("span", "hidden", `: ${percent(part)}`));
    chart.append(column);
  }
  return chart;
}

function card(each) {
  const label = record.classes[each.label];
  const prediction = record.classes[each.prediction];
  const made = element("div", "card");
  made.tabIndex = -1;
  made.id = `digit-${each.index}`;
  made.dataset.index = each.index;
  made.dataset.label = each.label;
  made.dataset.prediction = each.prediction;
  const heading = element("h3");
  const [before, between, after] = say("{label} read as {prediction}").split(/\{label\}|\{prediction\}/);
  heading.append(before, element("span", "right", label), between, element("span", "wrong", prediction), after);
  const place = element("p", "place");
  const link = element("a", "", say("{split} digit {index}", { split: say(record.split), index: each.index }));
  link.href = `#${made.id}`;
  place.append(link);
  made.append(heading, element("p", "caption", say("Label {label}, Prediction {prediction}", { label, prediction })),
    element("p", "sure", say("{percent} sure", { percent: percent(each.confidence) })), pictures(each, label, prediction),
    bars(each), place);
  return made;
}

function show(count) {
  const added = chosen.slice(shown, shown + count);
  // Sheets are ready before their cards are, also for paper.
  for (const { rank } of added) if (rank < record.pictured) sheetOf(Math.floor(rank / record.sheetRows));
  cards.append(added);
  shown += added.length;
  const left = chosen.length - shown;
  more.hidden = all.hidden = left === 0;
  more.textContent = say("Show {count} more", { count: Math.min(PAGE, left) });
  const total = chosen.length.toLocaleString("en");
  all.textContent = say("Show all {total}", { total });
  status.textContent = chosen.length === 0
    ? say("No mistake is of this kind.")
    : say("Showing {shown} of {total} mistakes.", { shown: shown.toLocaleString("en"), total });
}

function arrange() {
  const { label, prediction, order } = controls.elements;
  chosen = cases.filter((each) => (label.value === "" || each.label === Number(label.value))
    && (prediction.value === "" || each.prediction === Number(prediction.value)));
  chosen.sort(orders[order.value]);
  cards.clear();
  shown = 0;
  show(PAGE);
}

function focusCard(position) {
  const made = cards.at(position);
  made.focus({ preventScroll: true });
  return made;
}

// A link to a digit (page.html#digit-115) shows its card, wherever it is.
function followLink() {
  const index = /^#digit-(\d+)$/.exec(location.hash)?.[1];
  const wanted = cases.find((each) => each.index === Number(index));
  if (!wanted) return;
  if (!chosen.includes(wanted)) {
    controls.elements.label.value = controls.elements.prediction.value = "";
    arrange();
  }
  const position = chosen.indexOf(wanted);
  if (position >= shown) show(Math.ceil((position + 1 - shown) / PAGE) * PAGE);
  focusCard(position).scrollIntoView({ behavior: "instant" });
}

function fillFilter(select, key) {
  const counts = new Map();
  for (const each of cases) counts.set(each[key], (counts.get(each[key]) ?? 0) + 1);
  for (const number of [...counts.keys()].sort((a, b) => a - b)) {
    select.append(new Option(`${record.classes[number]} (${counts.get(number)})`, number));
  }
}

if (controls) {
  fillFilter(controls.elements.label, "label");
  fillFilter(controls.elements.prediction, "prediction");
  controls.addEventListener("change", arrange);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(arrange));
  more.addEventListener("click", () => {
    const first = shown;
    show(PAGE);
    focusCard(first);
  });
  all.addEventListener("click", () => show(chosen.length));
  for (const link of document.querySelectorAll("a[data-label]")) {
    link.addEventListener("click", (event) => {
      controls.elements.label.value = link.dataset.label;
      controls.elements.prediction.value = link.dataset.prediction;
      arrange();
      // A smooth scroll stops half-way where the page below it changes its height.
      event.preventDefault();
      document.getElementById("gallery").scrollIntoView({ behavior: "instant" });
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", arrange);
  arrange();
  controls.hidden = false;
  addEventListener("hashchange", followLink);
  followLink();
}
