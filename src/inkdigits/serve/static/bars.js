// Ten bars, one a digit, each a button. Knows nothing of where probabilities come from.

import { make } from "./dom.js";
import { probability, say } from "./language.js";

export class Bars {
  #rows;
  #list;

  /**
   * @param list the element to build them in
   * @param digits the names of the classes
   * @param onChoose called with a digit when its bar is chosen
   */
  constructor(list, digits, onChoose) {
    this.#list = list;
    this.#rows = digits.map((digit) => {
      const fill = make("span", { className: "fill" });
      const figure = make("span", { className: "figure" });
      const button = make("button", { type: "button", className: "bar" },
        make("span", { className: "name", textContent: digit }), make("span", { className: "track" }, fill), figure);
      button.addEventListener("click", () => onChoose(digit));
      return { digit, button, fill, figure };
    });
    list.replaceChildren(...this.#rows.map(({ button }) => make("li", {}, button)));
    this.show(null);
  }

  /** Show the probabilities of a digit as the server tells it, or empty bars for null. */
  show(answer) {
    const shares = new Map(answer ? [answer, ...answer.alternatives].map((each) => [each.digit, each.confidence]) : []);
    this.#list.classList.toggle("empty", !answer);
    for (const { digit, button, fill, figure } of this.#rows) {
      const share = shares.get(digit) ?? 0;
      const text = probability(share);
      button.disabled = !answer;
      button.classList.toggle("best", digit === answer?.digit);
      button.setAttribute("aria-label", answer ? say("bar", { digit, percent: text }) : digit);
      fill.style.width = `${share * 100}%`;
      figure.textContent = answer ? text : "";
    }
  }
}
