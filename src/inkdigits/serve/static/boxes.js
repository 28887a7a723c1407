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
    const digits = reading.lines.flatMap((line) => line.digits);
    const taken = [...digits, ...reading.refused].map(({ box }) => box);
    this.#groups = digits.map((digit, number) => {
      const group = makeSvg("g", { "data-number": number, class: isUnsure(digit) ? "found unsure" : "found" });
      group.append(frame(digit.box, "frame"), ...nameOf(digit, taken, reading));
      return group;
    });
    this.#svg.replaceChildren(...refused, ...this.#groups);
  }

  /** Make the box of one digit stand out, or of none for null. */
  point(number) {
    this.#groups.forEach((group, at) => group.classList.toggle("pointed", at === number));
  }

  /** Show what digits really are: by number, null where one is none. */
  showLabels(labels) {
    this.#groups.forEach((group, number) => {
      group.classList.toggle("corrected", labels.has(number));
      const text = group.querySelector("text");
      text.textContent = labels.has(number) ? labels.get(number) ?? "×" : text.dataset.read;
    });
  }
}

function frame([left, top, right, bottom], name) {
  return makeSvg("rect", { x: left, y: top, width: right - left, height: bottom - top, class: name,
    "vector-effect": "non-scaling-stroke" });
}

// Text and reason below the box of a refused line, or above it where the picture ends.
function reasonOf(line, { width, height }) {
  const size = Math.max(width, height) / 36;
  const [left, top, , bottom] = line.box;
  const y = bottom + 1.3 * size < height ? bottom + 1.1 * size : Math.max(size, top - 0.3 * size);
  return makeSvg("text", { x: left, y, "font-size": size, class: "reason" }, describeRefused(line));
}

// The digit on a plate beside its box: where it covers least of what is written.
function nameOf({ digit, box: [left, top, right, bottom] }, taken, { width, height }) {
  const size = (bottom - top) * 0.36;
  const [wide, high] = [size * 0.9, size * 1.1];
  const places = [[left, top - high], [right - wide, top - high], [left, bottom], [right - wide, bottom], [right, top],
    [left - wide, top]];
  const inside = places.filter(([x, y]) => x >= 0 && y >= 0 && x + wide <= width && y + high <= height);
  const covered = ([x, y]) => taken.reduce((sum, box) => sum + common([x, y, x + wide, y + high], box), 0);
  const [x, y] = (inside.length ? inside : [[left, top]]).reduce((a, b) => (covered(b) < covered(a) ? b : a));
  return [
    makeSvg("rect", { x, y, width: wide, height: high, class: "plate" }),
    makeSvg("text", { x: x + size * 0.45, y: y + size * 0.9, "font-size": size, "text-anchor": "middle", "data-read": digit }, digit),
  ];
}

/** Return the area that two boxes share. */
function common(one, other) {
  const across = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const down = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return across > 0 && down > 0 ? across * down : 0;
}
