// The answer on the page: one digit with its bars, or text with a picture of each digit. Knows nothing of the server.

import { Bars } from "./bars.js";
import { byId, show } from "./dom.js";
import { probability, say } from "./language.js";
import { digitsOf, isRecognised, isUnsure } from "./reading.js";
import { announceCalmly } from "./say.js";
import { Texts } from "./texts.js";
import { Tiles } from "./tiles.js";

export class Answer {
  #bars;
  #tiles;
  #texts;
  #shown = [];
  #canCorrect = false;

  /**
   * @param digits the names of the classes
   * @param callbacks `onCorrect(digit, number, label)` with what a shown digit really is, undefined where that is to be
   *   asked; `onText(place, text)` with what is really written in a place; `onPoint(number)` with the number of the digit
   *   that the pointer is on, or null
   */
  constructor(digits, { onCorrect, onText, onPoint }) {
    this.choose = (number, label) => {
      if (this.#canCorrect && this.#shown[number]) onCorrect(this.#shown[number], number, label);
    };
    this.#bars = new Bars(byId("bars"), digits, (digit) => this.choose(0, digit));
    this.#tiles = new Tiles(byId("lines"), this.choose, onPoint);
    this.#texts = new Texts(onText);
    byId("digit").addEventListener("click", () => this.choose(0));
    this.canCorrect = false;
  }

  /** Whether the server keeps corrections. */
  set canCorrect(can) {
    this.#canCorrect = can;
    byId("answer").classList.toggle("fixed", !can);
    show(byId("bars-hint"), can && this.#shown.length > 0);
  }

  /** Return the text that was read. */
  get text() {
    return byId("text").textContent;
  }

  /** Show the place for one digit, or for text, with nothing in it but words. */
  showNothing(isDigit, words) {
    this.#shown = [];
    this.#layOut(isDigit, words);
    show(byId("text-answer"), false);
    if (isDigit) this.#showDigit(null);
  }

  /** Show words in place of an answer, and tell them. */
  showMessage(isDigit, words) {
    this.showNothing(isDigit, words);
    announceCalmly(words);
  }

  /** Show that a picture of one digit has several. */
  showSeveral(words) {
    this.showMessage(true, words);
    show(byId("several"), true);
  }

  /** Show what was read in a picture of one digit. */
  showDigit(reading) {
    this.#shown = digitsOf(reading);
    this.#layOut(true, "");
    const [answer] = this.#shown;
    // What the page does not name as a digit was not read as one.
    if (!isRecognised(answer)) answer.read = null;
    this.#showDigit(answer);
    const told = { digit: answer.digit, percent: probability(answer.confidence) };
    if (isRecognised(answer)) announceCalmly(say(isUnsure(answer) ? "said-unsure" : "said-digit", told));
    else announceCalmly(confidenceText(answer));
  }

  /** Show what was read in a picture of lines; with words where nothing was. */
  showText(reading, words = "") {
    this.#shown = digitsOf(reading);
    this.#layOut(false, words);
    this.#tiles.show(reading);
    this.#texts.show(reading);
    this.#showHint(reading);
    // Digit by digit, or a screen reader would say "one million two hundred …".
    announceCalmly(words || say("said-text", { text: [...reading.text.replaceAll("\n", ", ")].join(" ") }));
  }

  #showHint({ edits, lines }) {
    // Lines that are the rows of tables have their cells.
    const hasTexts = edits.places.lines.some(({ row }) => row === null);
    byId("tiles-hint").textContent = say(this.#canCorrect ? hasTexts ? "tiles-hint" : "tiles-hint-digits" : "tiles-hint-fixed");
    show(byId("tiles-hint"), lines.length > 0 && (this.#canCorrect || hasTexts));
  }

  point(number) {
    this.#tiles.point(number);
  }

  /** Show what was changed in the reading that is shown. */
  showChanges(edits) {
    if (!byId("text-answer").hidden) {
      this.#tiles.showLabels(edits.labels);
      this.#texts.showChanges();
    } else if (edits.labels.has(0)) {
      const label = edits.labels.get(0);
      byId("digit").textContent = label ?? "×";
      byId("confidence").textContent = say(label === null ? "corrected-none" : "corrected-is", { label });
    } else if (this.#shown.length) this.#showDigit(this.#shown[0]);
  }

  /** Give the focus to a digit, after it was corrected. */
  focus(number) {
    if (!byId("text-answer").hidden) this.#tiles.focus(number);
    else byId("digit").focus();
  }

  #layOut(isDigit, words) {
    byId("message").textContent = words;
    show(byId("message"), words !== "");
    show(byId("several"), false);
    show(byId("digit-answer"), isDigit);
    show(byId("text-answer"), !isDigit);
  }

  #showDigit(answer) {
    this.#bars.show(answer);
    const digit = byId("digit");
    digit.disabled = !answer;
    const isDigit = answer && isRecognised(answer);
    digit.textContent = isDigit ? answer.digit : answer ? "?" : "";
    digit.classList.toggle("unsure", Boolean(isDigit) && isUnsure(answer));
    digit.classList.toggle("unrecognised", Boolean(answer) && !isDigit);
    show(byId("bars-hint"), Boolean(answer) && this.#canCorrect);
    show(byId("seen"), Boolean(answer));
    byId("confidence").textContent = answer ? confidenceText(answer) : "";
    digit.setAttribute("aria-label", labelOf(answer));
    if (!answer) return;
    byId("seen-form").src = answer.form;
    byId("seen-form").alt = say("seen-label");
  }
}

function labelOf(answer) {
  if (!answer) return say("answer-empty");
  if (!isRecognised(answer)) return say("unrecognised-button");
  return say("digit-button", { digit: answer.digit, percent: probability(answer.confidence) });
}

function confidenceText(answer) {
  const { digit, confidence, alternatives } = answer;
  const told = { percent: probability(confidence) };
  const others = alternatives.slice(0, 2).map((alternative) => alternative.digit);
  if (!isRecognised(answer)) return say("unrecognised", { digits: [digit, ...others].slice(0, 2).join(", ") });
  if (!isUnsure(answer)) return say("sure", told);
  return others.length ? say("unsure", { ...told, alternatives: others.join(", ") }) : say("unsure-alone", told);
}
