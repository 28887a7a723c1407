// The cards of doubtful digits and the decisions on them. Text goes in by textContent only.

const record = JSON.parse(document.getElementById("record").textContent);
const counts = document.getElementById("counts");
const undo = document.getElementById("undo");
const save = document.getElementById("save");
const filter = document.getElementById("filter");
const more = document.getElementById("more");
const shownNote = document.getElementById("shown");
const PAGE = 48;
const SIDE = 28;
const COLUMNS = ["split", "index", "picture", "label", "action", "new_label"];
const FORGET_AFTER_MS = 60000;
const STORE = `inkdigits-review:${record.data}`;

// Decisions by digit, in the order they were made; and what was there before each, to undo it.
const decisions = new Map();
const past = [];
let saved = true;
const cards = new Map(); // digit -> its cards: one digit may be on several

const keyOf = (split, index) => `${split}:${index}`;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, act, description) {
  const made = element("button", "", text);
  made.type = "button";
  if (description) made.setAttribute("aria-label", description);
  made.addEventListener("click", act);
  return made;
}

// Browsers may refuse storage to a page opened from a file: decisions then live until the page is closed.
function remember() {
  try {
    localStorage.setItem(STORE, JSON.stringify([...decisions.values()]));
  } catch { /* saved by the button alone */ }
}

// Under `inkdigits serve` each decision is sent at once, in turn, and kept in the file there.
async function ask(decision) {
  const options = decision && {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(decision) };
  const answer = await fetch("/v1/review", options);
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? `status ${answer.status}`);
  return answer.json();
}

let served = null;
if (location.protocol.startsWith("http")) {
  try {
    served = (await ask()).decisions;
    document.getElementById("home").hidden = false;
  } catch { /* another server that only hands out this file */ }
}
let sending = Promise.resolve();
let waiting = 0;
let trouble = "";

function send(key) {
  const [split, index] = key.split(":");
  const { action = null, new_label = "" } = decisions.get(key) ?? {};
  waiting += 1;
  sending = sending.then(() => ask({ split, index: Number(index), action, new_label })).then(
    () => { trouble = ""; }, (error) => { trouble = error.message; },
  ).finally(() => {
    waiting -= 1;
    saved = waiting === 0 && !trouble;
    showCounts();
  });
}

function recall() {
  let found = served ?? record.decisions;
  if (!served) try {
    found = JSON.parse(localStorage.getItem(STORE)) ?? found;
  } catch { /* nothing was stored, or may be */ }
  for (const each of found) decisions.set(keyOf(each.split, each.index), each);
}

function decide(digit, action, newLabel = "") {
  const [split, index, picture, label] = digit;
  const key = keyOf(split, index);
  past.push([key, decisions.get(key)]);
  decisions.delete(key); // so that it moves to the end
  if (action) {
    const name = record.classes[label];
    decisions.set(key, { split, index, picture, label: name, action, new_label: newLabel });
  }
  changed(key);
}

function takeBack() {
  const [key, before] = past.pop();
  decisions.delete(key);
  if (before) decisions.set(key, before);
  changed(key);
  cards.get(key)?.[0].scrollIntoView({ block: "nearest" });
}

function changed(key) {
  saved = false;
  if (served) send(key);
  else remember();
  for (const each of cards.get(key) ?? []) showDecision(each, decisions.get(key));
  showCounts();
}

const words = {
  relabel: (each) => `Relabelled ${each.new_label}`,
  "leave out": () => "Left out",
  keep: (each) => `Kept as ${each.label}`,
};

function showDecision(card, decision) {
  card.querySelector(".decision").textContent = decision ? words[decision.action](decision) : "";
  card.querySelector(".undo").disabled = !decision;
  if (decision) card.dataset.action = decision.action;
  else delete card.dataset.action;
}

function showCounts() {
  const number = { relabel: 0, "leave out": 0, keep: 0 };
  for (const each of decisions.values()) number[each.action] += 1;
  counts.textContent = `${number.relabel} relabelled, ${number["leave out"]} left out, ${number.keep} kept`
    + (saved ? "" : trouble ? ` · not saved: ${trouble}` : " · not saved yet");
  undo.disabled = past.length === 0;
}

const sheets = new Map();
function sheetOf(number) {
  if (!sheets.has(number)) {
    const image = new Image();
    image.src = record.sheets[number];
    sheets.set(number, image.decode().then(() => image));
  }
  return sheets.get(number);
}

function tile(row, column, description) {
  const canvas = element("canvas", "tile");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  sheetOf(Math.floor(row / record.sheetRows)).then((sheet) => canvas.getContext("2d").drawImage(
    sheet, column * SIDE, row % record.sheetRows * SIDE, SIDE, SIDE, 0, 0, SIDE, SIDE));
  return canvas;
}

function figure(content, caption, className, title) {
  const made = element("figure", className);
  const frame = element("div", "frame");
  frame.append(content);
  made.append(frame, element("figcaption", "", caption));
  if (title) made.title = title;
  return made;
}

function bars(each, label) {
  const chart = element("ul", "columns");
  chart.setAttribute("aria-label", "Probabilities");
  const numbers = record.classes.length <= 12
    ? [...record.classes.keys()]
    : [...new Set([...Object.keys(each.shares).map(Number), label])].sort((a, b) => a - b);
  for (const number of numbers) {
    const share = each.shares[number] ?? 0;
    const column = element("li", number === label ? "right" : number === each.suggested ? "wrong" : "");
    const text = `${record.classes[number]}: ${(share / 10).toFixed(1)} %`;
    column.title = text;
    const space = element("span", "space");
    const bar = element("span", "bar");
    bar.style.height = `${share / 10}%`;
    space.append(bar);
    column.append(space, element("span", "name", record.classes[number]));
    column.append(element("span", "hidden", `: ${(share / 10).toFixed(1)} %`));
    chart.append(column);
  }
  return chart;
}

// The buttons for one digit, and where its decision is written.
function actions(host, digit, suggested) {
  const [split, index, , label] = digit;
  const what = `${split} digit ${index}`;
  const area = element("div", "actions");
  if (suggested !== undefined) {
    const name = record.classes[suggested];
    area.append(button(`Relabel ${name}`, () => decide(digit, "relabel", name), `Relabel ${what} as ${name}`));
  }
  const select = element("select");
  select.setAttribute("aria-label", `Relabel ${what} as another class`);
  select.append(new Option("another class…", ""));
  record.classes.forEach((name, number) => {
    if (number !== label) select.append(new Option(name, name));
  });
  select.addEventListener("change", () => {
    if (select.value) decide(digit, "relabel", select.value);
    select.value = "";
  });
  const back = button("Undo", () => decide(digit, ""), `Take back the decision on ${what}`);
  back.classList.add("undo");
  area.append(select, button("Leave out", () => decide(digit, "leave out"), `Leave out ${what}`),
    button("Keep", () => decide(digit, "keep"), `Keep the label of ${what}`), back);
  host.append(element("p", "decision"), area);
  host.dataset.split = split;
  host.dataset.index = index;
  const key = keyOf(split, index);
  cards.set(key, [...cards.get(key) ?? [], host]);
  showDecision(host, decisions.get(key));
}

function keys(event, card, digit, suggested) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
  const key = event.key.toLowerCase();
  const label = record.classes[digit[3]];
  const next = key === "arrowright" || key === "arrowdown" ? card.nextElementSibling
    : key === "arrowleft" || key === "arrowup" ? card.previousElementSibling : null;
  if (next) next.focus();
  else if (key === "r") decide(digit, "relabel", record.classes[suggested]);
  else if (key === "l") decide(digit, "leave out");
  else if (key === "k") decide(digit, "keep");
  else if (key === "u") decide(digit, "");
  else if (/^[0-9]$/.test(key) && record.classes.includes(key)) {
    decide(digit, key === label ? "keep" : "relabel", key === label ? "" : key);
  } else return;
  event.preventDefault();
}

function suspectCard(each) {
  const digit = each.digits[0];
  const [split, index, , label] = digit;
  const name = record.classes[label];
  const suggested = record.classes[each.suggested];
  const card = element("li", "card");
  card.tabIndex = 0;
  card.setAttribute("aria-label", `${split} digit ${index}, labelled ${name}, rather ${suggested}`);
  card.addEventListener("keydown", (event) => keys(event, card, digit, each.suggested));
  const heading = element("h3");
  heading.append(element("span", "right", name), ", rather ", element("span", "wrong", suggested), "?");
  const score = each.score < 0.0001 ? "< 0.01" : (each.score * 100).toFixed(2);
  const tiles = element("div", "tiles suspect");
  tiles.append(figure(tile(each.row, 0, `the digit labelled ${name}`), `labelled ${name}`));
  each.near.forEach((near, place) => {
    if (!near) return;
    const like = place ? suggested : name;
    tiles.append(figure(tile(each.row, place + 1, `the nearest training ${like}`), `like ${like}`,
      place ? "wrong" : "right", `Training digit ${near[0]}, at a distance of ${near[1]}`));
  });
  card.append(heading, element("p", "sure", `label ${score} % probable${each.likely ? " · probably wrong" : ""}`),
    tiles, bars(each, label));
  actions(card, digit, each.suggested);
  card.append(element("p", "place", `${split} digit ${index}`));
  return card;
}

function otherCard(each, section) {
  const card = element("li", "card");
  const [first] = each.digits;
  const tiles = element("div", "tiles");
  for (let column = 0; column < each.pictures; column += 1) {
    const digit = each.digits[column] ?? first;
    tiles.append(figure(tile(each.row, column, `a digit labelled ${record.classes[digit[3]]}`),
      section === "near" ? digit[0] : `labelled ${record.classes[digit[3]]}`));
  }
  const places = element("ul", "places");
  for (const digit of each.digits) {
    const place = element("li");
    place.append(element("span", "", `${digit[0]} digit ${digit[1]}, labelled ${record.classes[digit[3]]}`));
    actions(place, digit);
    places.append(place);
  }
  card.append(tiles, places);
  return card;
}

const list = document.querySelector('[data-section="suspects"]');
let chosen = [];
let shown = 0;

function show() {
  const last = Math.min(chosen.length, shown + PAGE);
  for (; shown < last; shown += 1) list.append(suspectCard(chosen[shown]));
  const left = chosen.length - shown;
  more.hidden = left === 0;
  more.textContent = `Show ${Math.min(PAGE, left)} more`;
  shownNote.textContent = `Showing ${shown.toLocaleString("en")} of ${chosen.length.toLocaleString("en")} digits.`;
}

function arrange() {
  const which = filter.elements.which.value;
  const label = filter.elements.label.value;
  for (const card of list.children) {
    const key = keyOf(card.dataset.split, card.dataset.index);
    cards.set(key, cards.get(key).filter((each) => each !== card));
  }
  chosen = record.sections.suspects.filter((each) => {
    const [split, index, , number] = each.digits[0];
    const decided = decisions.has(keyOf(split, index));
    return (label === "" || number === Number(label)) && (which === "all" || (which === "likely" ? each.likely
      : (which === "decided") === decided));
  });
  list.replaceChildren();
  shown = 0;
  show();
}

function table() {
  const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [COLUMNS, ...[...decisions.values()].map((each) => COLUMNS.map((name) => String(each[name])))];
  return lines.map((line) => `${line.map(quote).join(",")}\n`).join("");
}

function download() {
  // The browser may take the file only after this turn: an address revoked at once can leave it with none.
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([table()], { type: "text/csv" }));
  link.download = record.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FORGET_AFTER_MS);
  saved = true;
  showCounts();
}

recall();
const labels = [...new Set(record.sections.suspects.map((each) => each.digits[0][3]))].sort((a, b) => a - b);
for (const number of labels) filter.elements.label.append(new Option(record.classes[number], number));
for (const place of document.querySelectorAll(".cards")) {
  const { section } = place.dataset;
  if (section !== "suspects") place.append(...record.sections[section].map((each) => otherCard(each, section)));
}
filter.addEventListener("change", arrange);
filter.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => {
  const first = shown;
  show();
  list.children[first]?.focus();
});
undo.addEventListener("click", takeBack);
save.addEventListener("click", download);
window.addEventListener("beforeunload", (event) => {
  if (!saved) event.preventDefault();
});
filter.hidden = false;
arrange();
showCounts();
