// A curve over the epochs of a training, as SVG. Knows nothing of where its points come from.

import { makeSvg } from "./dom.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [480, 220, 52, 12, 10, 30];
const LINES = 4;

/** Round numbers that span a range. */
function ticks(low, high) {
  const rough = (high - low) / LINES || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) found.push(Number(at.toPrecision(12)));
  return found;
}

export class Curve {
  #svg;
  #format;
  #most;

  /**
   * @param svg the element
   * @param format a number of the vertical axis -> words
   * @param most the highest value that is possible, or null
   */
  constructor(svg, format, most = null) {
    this.#svg = svg;
    this.#format = format;
    this.#most = most;
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  }

  /**
   * @param train points [epoch, value] of batches
   * @param validation points [epoch, value] of records
   * @param epochs the length of the training
   */
  draw(train, validation, epochs) {
    const values = [...train, ...validation].map(([, value]) => value).filter(Number.isFinite);
    const end = Math.max(epochs || 1, ...train.slice(-1).map(([at]) => at));
    let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
    const margin = (high - low) * 0.05 || 0.05;
    [low, high] = [Math.max(0, low - margin), Math.min(this.#most ?? Infinity, high + margin)];
    const x = (at) => LEFT + at / end * (WIDTH - LEFT - RIGHT);
    const y = (value) => TOP + (high - value) / (high - low || 1) * (HEIGHT - TOP - BOTTOM);
    const path = (points) => points.map(([at, value], number) =>
      `${number ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const grid = ticks(low, high).flatMap((value) => [
      makeSvg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      makeSvg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, this.#format(value)),
    ]);
    const marks = ticks(0, end).filter((at) => Number.isInteger(at)).map((at) =>
      makeSvg("text", { x: x(at), y: HEIGHT - 8, "text-anchor": "middle" }, String(at)));
    const dots = validation.length < 60 ? validation.map(([at, value]) =>
      makeSvg("circle", { class: "validation", cx: x(at), cy: y(value), r: 3 })) : [];
    this.#svg.replaceChildren(...grid, ...marks, makeSvg("path", { class: "train", d: path(train) }),
      makeSvg("path", { class: "validation", d: path(validation) }), ...dots);
  }
}
