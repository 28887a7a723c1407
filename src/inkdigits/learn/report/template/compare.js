// The gallery of digits that one entrant reads and another does not. Knows nothing of charts.
// Text goes in by textContent only, so no name can become markup.

const record = JSON.parse(document.getElementById("gallery-data").textContent);
const controls = document.getElementById("gallery-controls");
const list = document.getElementById("gallery-cards");
const status = document.getElementById("gallery-status");
const more = document.getElementById("gallery-more");
const PAGE = 48;
const sheetOf = spriteSheets(record.sheets);
const cases = record.rows.map(([index, label, predictions, confidences], rank) => (
  { rank, index, label, predictions, confidences }));
const cards = list && cardList(list, card, () => "digit");
let chosen = [];
let shown = 0;

function card(each) {
  const label = record.classes[each.label];
  const made = element("div", "card");
  made.tabIndex = -1;
  made.dataset.index = each.index;
  const row = element("div", "tiles picked");
  const sheet = sheetOf(Math.floor(each.rank / record.sheetRows));
  row.append(tileOf(sheet, 0, each.rank % record.sheetRows, `a handwritten ${label}`));
  const answers = element("ul", "answers");
  each.predictions.forEach((prediction, number) => {
    const line = element("li", prediction === each.label ? "right" : "wrong");
    const sure = `${(each.confidences[number] / record.unit * 100).toFixed(1)} %`;
    line.title = record.entrants[number];
    line.append(element("span", "", record.entrants[number]),
      element("b", "", `${record.classes[prediction]} · ${sure}`));
    line.append(element("span", "hidden", prediction === each.label ? "right" : "wrong"));
    answers.append(line);
  });
  const heading = element("h3");
  heading.append("Label ", element("span", "right", label));
  row.append(answers);
  made.append(heading, row, element("p", "place", `${record.split} digit ${each.index}`));
  return made;
}

function show() {
  const added = chosen.slice(shown, shown + PAGE);
  cards.append(added);
  shown += added.length;
  more.hidden = shown === chosen.length;
  more.textContent = `Show ${Math.min(PAGE, chosen.length - shown)} more`;
  status.textContent = chosen.length === 0
    ? "No digit is of this kind."
    : `Showing ${shown.toLocaleString("en")} of ${chosen.length.toLocaleString("en")} digits.`;
}

function arrange() {
  const { right, wrong, label } = controls.elements;
  const reads = (each, choice, wanted) => choice.value === ""
    || (each.predictions[Number(choice.value)] === each.label) === wanted;
  chosen = cases.filter((each) => reads(each, right, true) && reads(each, wrong, false)
    && (label.value === "" || each.label === Number(label.value)));
  cards.clear();
  shown = 0;
  show();
}

if (controls) {
  record.entrants.forEach((name, number) => {
    controls.elements.right.append(new Option(name, number));
    controls.elements.wrong.append(new Option(name, number));
  });
  for (const number of [...new Set(cases.map((each) => each.label))].sort((a, b) => a - b)) {
    controls.elements.label.append(new Option(record.classes[number], number));
  }
  controls.addEventListener("change", arrange);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(arrange));
  more.addEventListener("click", () => {
    const first = shown;
    show();
    cards.at(first).focus({ preventScroll: true });
  });
  arrange();
  controls.hidden = false;
}
