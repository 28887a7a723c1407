// One layer of the network on the page: its values as tiles, in which pointer and keys choose one. Knows no server.

import { make, makeSvg } from "./dom.js";
import { count, say } from "./language.js";
import { cornerOf, drawTiles, layOut, placeAt, tiled } from "./inside-maps.js";

/** How wide a lone picture should be, a feature map, and a unit. */
const PICTURE_PIXELS = 112;
const MAP_PIXELS = 52;
const UNIT_PIXELS = 12;
const LEAST_MAP = 20;
const LEAST_UNIT = 8;

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class LayerView {
  #layer;
  #number;
  #canvas;
  #marks;
  #plan = null;
  #place = { unit: 0, row: 0, column: 0 };

  /**
   * @param number of the layer, from 0
   * @param layer as the server describes it
   * @param onPoint called with the number and { unit, row, column }; null where there is nothing to explain
   */
  constructor(number, layer, onPoint) {
    this.#layer = layer;
    this.#number = number;
    this.#canvas = make("canvas", { role: onPoint ? "application" : "img", className: "tiles" });
    this.#marks = makeSvg("svg", { class: "marks", "aria-hidden": "true" });
    this.element = LayerView.row(layer, make("div", { className: "tiles-box" }, this.#canvas, this.#marks));
    if (onPoint) this.#takePointing(onPoint);
  }

  /** Return a row of the list: a layer's name above what shows its values. */
  static row(layer, shown) {
    return make("li", { className: "layer" }, make("p", { className: "layer-name" },
      make("b", { textContent: nameOf(layer) }), make("span", { textContent: shapeOf(layer) })), shown);
  }

  #takePointing(onPoint) {
    this.#canvas.tabIndex = 0;
    const point = (place) => {
      this.#place = place;
      onPoint(this.#number, place);
    };
    for (const name of ["pointermove", "pointerdown"]) {
      this.#canvas.addEventListener(name, (event) => {
        const place = this.#placeOf(event);
        if (place && !isSame(place, this.#place)) point(place);
      });
    }
    this.#canvas.addEventListener("focus", () => {
      if (this.#canvas.matches(":focus-visible")) point(this.#place);
    });
    this.#canvas.addEventListener("keydown", (event) => {
      const place = this.#after(event);
      if (!place) return;
      event.preventDefault();
      point(place);
    });
  }

  /** Draw values into a width of so many pixels. */
  show(values, width, shades) {
    const isMap = values.shape[1] * values.shape[2] > 1;
    const wanted = values.shape[0] === 1 ? PICTURE_PIXELS : isMap ? MAP_PIXELS : UNIT_PIXELS;
    const least = isMap ? Math.max(2, Math.round(LEAST_MAP / values.shape[2])) : LEAST_UNIT;
    this.#plan = layOut(values.shape, width, wanted, least);
    drawTiles(this.#canvas, values, this.#plan, shades);
    this.#marks.setAttribute("viewBox", `0 0 ${this.#plan.width} ${this.#plan.height}`);
    this.#canvas.setAttribute("aria-label", say("inside-layer", { name: nameOf(this.#layer), shape: shapeOf(this.#layer) }));
  }

  /** Mark one value, or nothing for null. */
  mark(place) {
    if (!place || !this.#plan) this.#marks.replaceChildren();
    else this.#markBox(place.unit, [place.column, place.row, place.column + 1, place.row + 1]);
  }

  /** Mark a window [left, top, right, bottom] in one map, or in all where `unit` is null. */
  markWindow(window, unit) {
    if (!this.#plan) return;
    const [left, top, right, bottom] = window;
    const { rows, columns, tiles } = this.#plan;
    const box = [Math.max(0, left), Math.max(0, top), Math.min(columns, right), Math.min(rows, bottom)];
    this.#markBox(unit ?? [...Array(tiles).keys()], box);
  }

  /** Mark the whole layer. */
  markAll() {
    const { width, height } = this.#plan;
    this.#marks.replaceChildren(makeSvg("rect", { x: -2, y: -2, width: width + 4, height: height + 4 }));
  }

  #markBox(units, [left, top, right, bottom]) {
    const { cell } = this.#plan;
    this.#marks.replaceChildren(...[units].flat().map((unit) => {
      const { x, y } = cornerOf(this.#plan, unit);
      return makeSvg("rect", { x: x + left * cell - 0.5, y: y + top * cell - 0.5, width: (right - left) * cell + 1,
        height: (bottom - top) * cell + 1 });
    }));
  }

  #placeOf(event) {
    if (!this.#plan) return null;
    const box = this.#canvas.getBoundingClientRect();
    return placeAt(this.#plan, (event.clientX - box.left) * this.#plan.width / box.width,
      (event.clientY - box.top) * this.#plan.height / box.height);
  }

  // Arrow keys go through a map, with Shift from map to map; units are maps of one square.
  #after(event) {
    if (!this.#plan || event.ctrlKey || event.metaKey || event.altKey) return null;
    const { across, tiles, rows, columns } = this.#plan;
    const { unit, row, column } = this.#place;
    const clamp = (at, size) => Math.max(0, Math.min(size - 1, at));
    if (event.key === "Home" || event.key === "End") return { unit: event.key === "Home" ? 0 : tiles - 1, row, column };
    const step = STEPS[event.key];
    if (!step) return null;
    if (event.shiftKey || rows * columns === 1) return { unit: clamp(unit + step[0] * across + step[1], tiles), row, column };
    return { unit, row: clamp(row + step[0], rows), column: clamp(column + step[1], columns) };
  }
}

const isSame = (one, other) => one.unit === other.unit && one.row === other.row && one.column === other.column;

/** Return what a layer is called: "Convolution 5 × 5, ReLU". */
export function nameOf({ kind, kernel, activation }) {
  const size = kernel[0] * kernel[1] > 1 ? ` ${kernel[0]} × ${kernel[1]}` : "";
  const after = activation ? `, ${say(`inside-${activation}`)}` : "";
  return `${say(`inside-${kind}`)}${size}${after}`;
}

/** Return the shape and the number of parameters in words. */
export function shapeOf({ shape, parameters }) {
  const [units, rows, columns] = tiled(shape);
  const size = shape.length === 3 ? say("inside-maps", { count: count(units), rows, columns }) : say("inside-units", { count: count(units) });
  return parameters ? `${size} · ${say("inside-parameters", { count: count(parameters) })}` : size;
}
