// The answer on the page: one digit with its bars, or text with a picture of each digit. Knows nothing of the server.

import { Bars } from "./bars.js";
import { byId, show } from "./dom.js";
import { probability, say } from "./language.js";
import { describeRefused, digitsOf, isRecognised, isUnsure } from "./reading.js";
import { announceCalmly } from "./say.js";
import { showTables } from "./tables.js";
import { Tiles } from "./tiles.js";

export class Answer {
  #bars;
  #tiles;
  #shown = [];
  #canCorrect = false;

  /**
   * @param digits the names of the classes
   * @param onCorrect called with a shown digit, its number, and what it may really be
   * @param onPoint called with the number of the digit that the pointer is on, or null
   */
  constructor(digits, onCorrect, onPoint) {
    const correct = (number, suggestion) => {
      if (this.#canCorrect && this.#shown[number]) onCorrect(this.#shown[number], number, suggestion);
    };
    this.choose = correct;
    this.#bars = new Bars(byId("bars"), digits, (digit) => correct(0, digit));
    this.#tiles = new Tiles(byId("lines"), correct, onPoint);
    byId("digit").addEventListener("click", () => correct(0));
    this.canCorrect = false;
  }

  /** Whether the server keeps corrections. */
  set canCorrect(can) {
    this.#canCorrect = can;
    byId("answer").classList.toggle("fixed", !can);
    show(byId("tiles-hint"), can);
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
    this.#showDigit(answer);
    const told = { digit: answer.digit, percent: probability(answer.confidence) };
    if (isRecognised(answer)) announceCalmly(say(isUnsure(answer) ? "said-unsure" : "said-digit", told));
    else announceCalmly(confidenceText(answer));
  }

  /** Show what was read in a picture of lines. */
  showText(reading) {
    this.#shown = digitsOf(reading);
    this.#layOut(false, "");
    byId("text").textContent = reading.text;
    this.#tiles.show(reading);
    showTables(byId("tables"), reading.tables);
    const refused = reading.refused.map(describeRefused).join(", ");
    byId("refused").textContent = say("refused", { texts: refused });
    show(byId("refused"), refused !== "");
    // Digit by digit, or a screen reader would say "one million two hundred …".
    announceCalmly(say("said-text", { text: [...reading.text.replaceAll("\n", ", ")].join(" ") }));
  }

  point(number) {
    this.#tiles.point(number);
  }

  /** Show what a digit really is. */
  rename(number, label) {
    if (!byId("text-answer").hidden) this.#tiles.rename(number, label);
    else {
      byId("digit").textContent = label ?? "×";
      byId("confidence").textContent = say("corrected", { label: label ?? say("not-a-digit") });
    }
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
