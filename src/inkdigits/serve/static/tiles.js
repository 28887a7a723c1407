// The digits of a reading as a list of small pictures, line by line, each a button. One tab stop; arrow keys go on.

import { make } from "./dom.js";
import { probability, say } from "./language.js";
import { digitsOf, isUnsure } from "./reading.js";

const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

export class Tiles {
  #list;
  #tiles = [];
  #digits = [];

  /**
   * @param list the element to build them in
   * @param onChoose called with the number of a digit when its tile is chosen
   * @param onPoint called with the number of the digit that pointer or focus is on, or null
   */
  constructor(list, onChoose, onPoint) {
    this.#list = list;
    const numberOf = (event) => {
      const number = this.#tiles.indexOf(event.target.closest("button"));
      return number < 0 ? null : number;
    };
    list.addEventListener("click", (event) => {
      const number = numberOf(event);
      if (number !== null) onChoose(number);
    });
    for (const name of ["pointerover", "focusin"]) list.addEventListener(name, (event) => onPoint(numberOf(event)));
    for (const name of ["pointerleave", "focusout"]) list.addEventListener(name, () => onPoint(null));
    list.addEventListener("keydown", (event) => this.#go(event, numberOf(event)));
  }

  show(reading) {
    this.#digits = digitsOf(reading);
    this.#tiles = this.#digits.map(makeTile);
    this.#list.replaceChildren(...reading.lines.map((_, line) => make("li", { "aria-label": say("line", { line: line + 1 }) },
      ...this.#tiles.filter((_tile, number) => this.#digits[number].lineNumber === line))));
    this.#tiles.forEach((tile, number) => { tile.tabIndex = number ? -1 : 0; });
  }

  /** Make one tile stand out, or none for null. */
  point(number) {
    this.#tiles.forEach((tile, at) => tile.classList.toggle("pointed", at === number));
  }

  /** Show what digits really are: by number, null where one is none. */
  showLabels(labels) {
    this.#tiles.forEach((tile, number) => {
      const digit = this.#digits[number];
      const label = labels.get(number);
      const words = { digit: digit.digit, label };
      tile.classList.toggle("corrected", labels.has(number));
      tile.querySelector(".name").textContent = labels.has(number) ? label ?? "×" : digit.digit;
      tile.setAttribute("aria-label", labels.has(number)
        ? say(label === null ? "tile-corrected-none" : "tile-corrected", words) : labelOf(digit));
    });
  }

  focus(number) {
    this.#tiles.forEach((tile, at) => { tile.tabIndex = at === number ? 0 : -1; });
    this.#tiles[number]?.focus();
  }

  #go(event, number) {
    if (number === null || !(event.key in MOVES)) return;
    event.preventDefault();
    this.focus(Math.min(this.#tiles.length - 1, Math.max(0, number + MOVES[event.key])));
  }
}

function labelOf(digit) {
  const words = { digit: digit.digit, percent: probability(digit.confidence) };
  return say(isUnsure(digit) ? "tile-unsure" : "tile", words);
}

function makeTile(digit) {
  const figure = probability(digit.confidence);
  const isDoubtful = isUnsure(digit);
  return make("button", { type: "button", className: isDoubtful ? "tile unsure" : "tile", "aria-label": labelOf(digit) },
    make("img", { src: digit.form, alt: "", className: "form", width: 28, height: 28 }),
    make("span", { className: "name", textContent: digit.digit }),
    make("span", { className: "figure", textContent: isDoubtful ? `${figure} ?` : figure }));
}
