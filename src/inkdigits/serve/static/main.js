// The page: joins pad, pictures, answers, corrections and teaching. Does no work of its own.

import { showAbout, showAnswerer } from "./about.js";
import { Answer } from "./answer.js";
import { getModel } from "./api.js";
import { Boxes } from "./boxes.js";
import { copyText } from "./copy.js";
import { Correcting } from "./correcting.js";
import { Corrections } from "./corrections.js";
import { byId, make, show } from "./dom.js";
import { Drawing } from "./drawing.js";
import { Edits } from "./edits.js";
import { Inside } from "./inside.js";
import { fillPage, onLanguage, otherLanguage, say, setLanguage } from "./language.js";
import { Live } from "./live.js";
import { drawWithKeys } from "./pad-keys.js";
import { Pad } from "./pad.js";
import { takePictures } from "./photo.js";
import { Picture } from "./picture.js";
import { announce, startToast, toast } from "./say.js";
import { describeRefused, isSeveral } from "./reading.js";
import { isReading, startTabs } from "./tabs.js";
import { Teaching } from "./teach.js";

const THINNEST = 0.015;
const WIDTH_STEP = 0.01;
const NUMBER_SHARE = 0.45;
const KEYS = [
  ["key-arrows", null, "key-move"], ["Home, End, Page ↑, Page ↓", null, "key-slant"], ["key-space", null, "key-pen"],
  ["Z", "Ctrl+Z", "key-undo"], ["Y", "Ctrl+Y", "key-redo"], ["C", null, "key-clear"], ["−", "+", "key-width"],
];

startToast();
fillPage();
startTabs(() => useNewNetwork());
fillWords();
byId("language").addEventListener("click", () => setLanguage(otherLanguage()));

function fillWords() {
  byId("key-list").replaceChildren(...KEYS.flatMap(([first, second, meaning]) => keyRow(first, second, meaning)));
  byId("language").textContent = say("language-other");
  byId("language").lang = otherLanguage();
}

function keyRow(first, second, meaning) {
  const key = (name) => make("kbd", { textContent: name.startsWith("key-") ? say(name) : name });
  const keys = second ? [key(first), ` ${say("key-or")} `, key(second)] : [key(first)];
  return [make("dt", {}, ...keys), make("dd", { textContent: say(meaning) })];
}

let model = await getModel().catch((problem) => {
  toast(problem.message);
  return null;
});
show(byId("tab-review"), model?.has_review === true);
const digits = model?.digit.classes ?? [..."0123456789"];

// Answers, and what can be done with them.

let reading = null;
let teaching = null;
const point = (number) => {
  answer.point(number);
  boxes.point(number);
  if (number !== null) inside.show(reading.forms[number]);
};
const inside = new Inside();
const answer = new Answer(digits, {
  onCorrect: correct,
  onText: (place, text) => correcting.text(reading, place, text),
  onPoint: point,
});
const boxes = new Boxes(byId("boxes"), answer.choose, point);

const mode = () => document.querySelector("input[name=mode]:checked").value;
const isDigit = () => mode() === "digit" || (mode() === "picture" && byId("single").checked);

function tellNetworks() {
  if (model) showAbout(model);
  tellAnswerer();
}

/** Say which network gave the answer that is shown: not always the one in use. */
function tellAnswerer() {
  const answerer = reading?.model ?? model;
  if (answerer) showAnswerer(answerer, isDigit());
}

function showReading(fresh) {
  reading = fresh;
  if (fresh) {
    fresh.edits ??= new Edits(fresh);
    fresh.model ??= model;
  }
  tellAnswerer();
  inside.show(fresh?.forms[0] ?? null);
  if (!fresh) answer.showNothing(isDigit(), say(mode() === "picture" ? "answer-empty-picture" : "answer-empty"));
  else if (fresh.lines.length) (isDigit() ? answer.showDigit(fresh) : answer.showText(fresh));
  else if (isSeveral(fresh)) answer.showSeveral(say("several", { text: fresh.refused.map(({ text }) => text).join(", ") }));
  else if (!isDigit() && fresh.refused.length) answer.showText(fresh, say(`nothing-${mode()}`));
  else answer.showMessage(isDigit(), nothingFound(fresh));
  show(byId("photo-legend"), mode() === "picture" && Boolean(fresh?.lines.length || fresh?.refused.length));
  if (mode() === "picture" && fresh) boxes.show(fresh);
  else boxes.clear();
  showChanges();
  teaching?.trial.show(fresh);
}

/** Show what was corrected; it stays so when one leaves the answer and comes back to it. */
function showChanges() {
  if (!reading) return;
  answer.showChanges(reading.edits);
  if (mode() === "picture") boxes.showLabels(reading.edits.labels);
}

function nothingFound({ refused }) {
  const words = say(`nothing-${mode()}`);
  const texts = refused.map(describeRefused).join(", ");
  return texts ? `${words} ${say("refused", { texts })}` : words;
}

// What was drawn as one digit and is several, is read again as a number.
byId("several").addEventListener("click", () => {
  if (mode() === "picture") {
    byId("single").checked = false;
    byId("single").dispatchEvent(new Event("change"));
    return;
  }
  const height = pad.height;
  document.querySelector("input[name=mode][value=number]").checked = true;
  takeMode();
  drawings.number = drawings.digit.scaled(pad.height / height);
  pad.take(drawings.number);
  showHint();
});

function showProblem(problem) {
  showReading(null);
  answer.showMessage(isDigit(), problem.message);
}

async function correct(digit, number, label) {
  const from = reading;
  // Another answer may have come while the dialog was open.
  if (await correcting.digit(from, digit, number, { label }) && from === reading) answer.focus(number);
}

byId("copy").addEventListener("click", async () => {
  toast(say(await copyText(answer.text) ? "copied" : "copy-failed"));
});

byId("answerer-more").addEventListener("click", () => { byId("about").open = true; });

// The pad.

const drawings = { digit: new Drawing(), number: new Drawing() };
const pad = new Pad(byId("pad"), { onChange: padChanged, onEnd: () => live.ended() });
// Screen readers, and programs that drive the page, wait for what is still to come.
const setBusy = (isBusy) => byId("answer").setAttribute("aria-busy", isBusy);
const live = new Live(pad, showReading, showProblem, setBusy);

function padChanged() {
  showHint();
  live.changed();
}

function showHint() {
  byId("pad-hint").textContent = say(mode() === "number" ? "pad-hint-number" : "pad-hint-digit");
  show(byId("pad-hint"), pad.drawing.isEmpty);
  byId("undo").disabled = !pad.drawing.canUndo;
  byId("redo").disabled = !pad.drawing.canRedo;
  byId("clear").disabled = pad.drawing.isEmpty;
}

const actions = {
  undo: () => {
    pad.undo();
    announce(say("undone"));
  },
  redo: () => {
    pad.redo();
    announce(say("redone"));
  },
  clear: () => {
    pad.clear();
    announce(say("cleared"));
  },
  thinner: () => setWidth(byId("width").valueAsNumber - 1),
  thicker: () => setWidth(byId("width").valueAsNumber + 1),
};

function setWidth(size) {
  byId("width").valueAsNumber = size;
  // Digits of a number stand side by side, and are smaller.
  const share = mode() === "number" ? NUMBER_SHARE : 1;
  pad.strokeWidth = share * (THINNEST + WIDTH_STEP * (byId("width").valueAsNumber - 1));
}

drawWithKeys(pad, byId("pad"), byId("pen"), actions);
byId("width").addEventListener("input", ({ target }) => setWidth(target.valueAsNumber));
for (const name of ["undo", "redo", "clear"]) {
  byId(name).addEventListener("click", () => {
    actions[name]();
    // A button that has switched itself off would lose the focus to nowhere.
    if (byId(name).disabled) byId("pad").focus({ preventScroll: true });
  });
}
document.addEventListener("keydown", (event) => {
  const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
  const action = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  const isElsewhere = !isReading() || mode() === "picture" || byId("correct").open || event.target.matches?.("input[type=text]");
  if (!action || isElsewhere || byId(action).disabled) return;
  event.preventDefault();
  actions[action]();
});

// Pictures from outside.

const picture = new Picture({
  onStart: () => {
    boxes.clear();
    answer.showNothing(isDigit(), "");
  },
  onAnswer: showReading,
  onProblem: showProblem,
  onStop: () => answer.showMessage(isDigit(), say("stopped")),
  onBusy: setBusy,
});
takePictures((file) => {
  if (byId("correct").open) return;
  if (!isReading()) location.hash = "";
  picture.forget();
  document.querySelector("input[name=mode][value=picture]").checked = true;
  takeMode();
  picture.read(file);
});

// What is read: one digit, a number, or a picture.

function takeMode() {
  const chosen = mode();
  live.stop();
  picture.leave();
  show(byId("pad-area"), chosen !== "picture");
  show(byId("picture-area"), chosen === "picture");
  if (chosen === "picture") {
    if (!picture.comeBack()) showReading(null);
    return;
  }
  byId("sheet").classList.toggle("wide", chosen === "number");
  live.mode = chosen;
  setWidth(byId("width").valueAsNumber);
  pad.take(drawings[chosen]);
  showHint();
}

tellNetworks();
for (const choice of document.querySelectorAll("input[name=mode]")) choice.addEventListener("change", takeMode);
takeMode();

// Corrections and teaching.

async function useNewNetwork() {
  model = await getModel().catch(() => model);
  tellNetworks();
  inside.renew();
  if (mode() !== "picture") live.ended();
  // What was typed into an answer is worth more than another answer.
  else if (reading?.edits.isEmpty ?? true) picture.again();
}

teaching = new Teaching(model, useNewNetwork);
const corrections = new Corrections((number, undone) => {
  teaching.corrections = number;
  // What was undone is shown as it was read.
  if (undone) correcting.undone(undone);
});
const correcting = new Correcting(digits, corrections, (changed) => {
  if (changed === reading) showChanges();
});

async function startLessons() {
  // A server that only reads has nothing to correct or teach.
  if (model?.teach_obstacle === "read-only") return;
  try {
    await corrections.load();
  } catch (problem) {
    if (problem.code !== "read-only") toast(problem.message);
    return;
  }
  answer.canCorrect = true;
  correcting.isKeeping = true;
  show(byId("lessons"), true);
  await teaching.follow();
}

onLanguage(() => {
  fillWords();
  tellNetworks();
  showHint();
  showReading(reading);
  corrections.show();
  teaching.follow();
});

await startLessons();
