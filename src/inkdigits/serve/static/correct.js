// The dialog that asks what a digit really is. Knows nothing of where corrections are kept.

import { byId, make } from "./dom.js";
import { probability, say } from "./language.js";

const NOT_A_DIGIT = "n";

export class CorrectDialog {
  #dialog = byId("correct");
  #buttons;
  #answer = null;

  constructor(digits) {
    this.#buttons = digits.map((digit) => {
      const button = make("button", { type: "button", textContent: digit });
      button.addEventListener("click", () => this.#close(digit));
      return button;
    });
    byId("correct-digits").replaceChildren(...this.#buttons);
    byId("correct-none").addEventListener("click", () => this.#close(null));
    byId("correct-cancel").addEventListener("click", () => this.#close(undefined));
    this.#dialog.addEventListener("cancel", () => this.#finish(undefined));
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    // A click on the dialog itself is one beside its content.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#close(undefined);
    });
  }

  /**
   * Ask, and return the digit that was chosen, null for "not a digit", undefined where nothing was.
   *
   * @param digit with `digit`, `confidence` and `form`
   * @param suggestion the digit to begin at
   */
  ask({ digit, confidence, form }, suggestion = digit) {
    byId("correct-form").src = form;
    byId("correct-form").alt = say("seen-label");
    byId("correct-read").textContent = say("correct-read-sure", { read: digit, percent: probability(confidence) });
    for (const button of this.#buttons) {
      button.classList.toggle("read", button.textContent === digit);
      button.setAttribute("aria-label", say("correct-digit", { digit: button.textContent }));
    }
    this.#dialog.showModal();
    (this.#buttons.find((button) => button.textContent === suggestion) ?? this.#buttons[0]).focus();
    return new Promise((resolve) => { this.#answer = resolve; });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = this.#buttons.find((button) => button.textContent === event.key);
    if (chosen) this.#close(chosen.textContent);
    else if (event.key.toLowerCase() === NOT_A_DIGIT) this.#close(null);
    else this.#walk(event);
  }

  #walk(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -5, ArrowDown: 5 }[event.key];
    const at = this.#buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    this.#buttons[at + step]?.focus();
  }

  #close(label) {
    this.#dialog.close();
    this.#finish(label);
  }

  #finish(label) {
    this.#answer?.(label);
    this.#answer = null;
  }
}
