// Boxes around what was found in a picture, drawn over it. For eyes and pointers only: the list of digits below the
// picture has the same for keyboard and screen reader.

import { makeSvg } from "./dom.js";
import { describeRefused, isUnsure } from "./reading.js";

export class Boxes {
  #svg;
  #groups = [];

  /**
   * @param svg the element that lies over the picture
   * @param onChoose called with the number of a digit when its box is clicked
   * @param onPoint called with the number of the digit that the pointer is on, or null
   */
  constructor(svg, onChoose, onPoint) {
    this.#svg = svg;
    const numberOf = (event) => {
      const group = event.target.closest("g[data-number]");
      return group && Number(group.dataset.number);
    };
    svg.addEventListener("click", (event) => {
      const number = numberOf(event);
      if (number !== null) onChoose(number);
    });
    svg.addEventListener("pointerover", (event) => onPoint(numberOf(event)));
    svg.addEventListener("pointerleave", () => onPoint(null));
  }

  clear() {
    this.#groups = [];
    this.#svg.replaceChildren();
  }

  /** Draw the boxes of a reading. */
  show(reading) {
    this.#svg.setAttribute("viewBox", `0 0 ${reading.width} ${reading.height}`);
    const refused = reading.refused.flatMap((line) => [frame(line.box, "refused"), reasonOf(line, reading)]);
    this.#groups = reading.lines.flatMap((line) => line.digits).map((digit, number) => {
      const group = makeSvg("g", { "data-number": number, class: isUnsure(digit) ? "found unsure" : "found" });
      group.append(frame(digit.box, "frame"), ...nameOf(digit));
      return group;
    });
    this.#svg.replaceChildren(...refused, ...this.#groups);
  }

  /** Make the box of one digit stand out, or of none for null. */
  point(number) {
    this.#groups.forEach((group, at) => group.classList.toggle("pointed", at === number));
  }

  /** Show what a digit really is; null where it is none. */
  rename(number, label) {
    const group = this.#groups[number];
    group.classList.add("corrected");
    group.querySelector("text").textContent = label ?? "×";
  }
}

function frame([left, top, right, bottom], name) {
  return makeSvg("rect", { x: left, y: top, width: right - left, height: bottom - top, class: name,
    "vector-effect": "non-scaling-stroke" });
}

// Text and reason below the box of a refused line, or above it where the picture ends.
function reasonOf(line, { width, height }) {
  const size = Math.max(width, height) / 50;
  const [left, top, , bottom] = line.box;
  const y = bottom + 1.3 * size < height ? bottom + 1.1 * size : Math.max(size, top - 0.3 * size);
  return makeSvg("text", { x: left, y, "font-size": size, class: "reason" }, describeRefused(line));
}

// The digit on a plate above its box, or inside where the picture ends.
function nameOf({ digit, box: [left, top, , bottom] }) {
  const size = (bottom - top) * 0.42;
  const foot = top - size * 1.1 >= 0 ? top : top + size * 1.1;
  return [
    makeSvg("rect", { x: left, y: foot - size * 1.1, width: size * 0.9, height: size * 1.1, class: "plate" }),
    makeSvg("text", { x: left + size * 0.45, y: foot - size * 0.2, "font-size": size, "text-anchor": "middle" }, digit),
  ];
}
