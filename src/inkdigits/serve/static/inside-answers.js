// The network's answers before they become probabilities, each a button that asks what spoke for it. Knows no server.

import { make } from "./dom.js";
import { number, say } from "./language.js";
import { drawTiles, layOut } from "./inside-maps.js";

const EVIDENCE_PIXELS = 140;

export class AnswerRow {
  #buttons;

  /**
   * @param classes the names of the answers
   * @param onPoint called with the number of the answer that pointer or focus is on
   */
  constructor(classes, onPoint) {
    this.#buttons = classes.map((name, at) => {
      const fill = make("span", { className: "logit-fill" });
      const figure = make("span", { className: "figure" });
      const button = make("button", { type: "button", className: "logit" }, make("b", { textContent: name }),
        make("span", { className: "logit-track" }, fill), figure);
      for (const event of ["pointerenter", "focus", "click"]) button.addEventListener(event, () => onPoint(at));
      return { name, button, fill, figure };
    });
    this.element = make("ol", { className: "logits" }, ...this.#buttons.map(({ button }) => make("li", {}, button)));
  }

  /** Show logits as bars from the least of them, or from 0. */
  show(logits) {
    const low = Math.min(0, ...logits);
    const range = Math.max(0, ...logits) - low || 1;
    const best = logits.indexOf(Math.max(...logits));
    this.#buttons.forEach(({ name, button, fill, figure }, at) => {
      fill.style.left = `${100 * (Math.min(0, logits[at]) - low) / range}%`;
      fill.style.width = `${100 * Math.abs(logits[at]) / range}%`;
      fill.classList.toggle("minus", logits[at] < 0);
      button.classList.toggle("best", at === best && logits[at] !== 0);
      figure.textContent = number(logits[at]);
      button.setAttribute("aria-label", say("inside-answer", { digit: name, value: number(logits[at]) }));
    });
  }

  /** Mark one answer, or none for null. */
  mark(place) {
    this.#buttons.forEach(({ button }, at) => button.classList.toggle("pointed", at === place?.unit));
  }
}

/** Return the elements that show what spoke for an answer; `evidence` is unpacked. */
export function evidenceElements(name, evidence, shades) {
  const canvas = make("canvas", { role: "img", className: "tiles", "aria-label": say("inside-evidence-picture", { digit: name }) });
  drawTiles(canvas, evidence, layOut(evidence.shape, EVIDENCE_PIXELS, EVIDENCE_PIXELS), shades);
  return [make("h3", { textContent: say("inside-evidence", { digit: name }) }),
    make("div", { className: "evidence" }, canvas, make("p", { className: "note", textContent: say("inside-evidence-note") }))];
}
