// How one value came about: the window, the weights, their products and the sum. Knows no server.

import { make } from "./dom.js";
import { number, say } from "./language.js";
import { drawTiles, layOut, unpack } from "./inside-maps.js";
import { nameOf } from "./inside-layer.js";

const PICTURE_PIXELS = 112;
const MAP_PIXELS = 20;
const UNIT_PIXELS = 6;
const LEAST = 3;
const LEAST_MAP = 2;
const FIGURE_GAP = 16;

/**
 * Return the elements that show a value.
 *
 * @param cell as the server tells it
 * @param layer as the server describes it
 * @param place { unit, row, column }
 * @param answer the name of the answer that a unit of the last layer stands for
 * @param width in pixels
 * @param shades from `shadesOf`
 */
export function cellElements(cell, layer, place, answer, width, shades) {
  const inputs = unpack(cell.inputs);
  const share = Math.floor((width - 2 * FIGURE_GAP) / 3);
  const pictures = [figureOf("inside-input", inputs, share, shades)];
  if (cell.weights) {
    const weights = unpack(cell.weights);
    const values = inputs.values.map((value, at) => value * weights.values[at]);
    const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    pictures.push(figureOf("inside-weights", weights, share, shades),
      figureOf("inside-products", { shape: inputs.shape, values, most }, share, shades));
  }
  return [make("h3", { textContent: titleOf(layer, place, answer) }), make("p", { className: "sum", textContent: sumOf(cell, layer) }),
    make("div", { className: "cell-pictures" }, ...pictures)];
}

function titleOf(layer, { unit, row, column }, answer) {
  if (answer !== undefined) return say("inside-place-answer", { name: nameOf(layer), digit: answer });
  const key = layer.shape.length === 3 ? "inside-place-map" : "inside-place-unit";
  return say(key, { name: nameOf(layer), unit: unit + 1, row: row + 1, column: column + 1 });
}

function sumOf(cell, layer) {
  if (!cell.weights) return say("inside-largest", { value: number(cell.value) });
  const told = { products: number(cell.sum - cell.bias), bias: number(cell.bias), sum: number(cell.sum), value: number(cell.value) };
  if (layer.kind.endsWith("pool")) return say("inside-mean", told);
  return layer.activation ? say("inside-sum-activation", { ...told, activation: say(`inside-${layer.activation}`) })
    : say("inside-sum", told);
}

function figureOf(key, values, width, shades) {
  const [tiles, rows, columns] = values.shape;
  const wanted = tiles === 1 ? PICTURE_PIXELS : rows * columns === 1 ? UNIT_PIXELS : MAP_PIXELS;
  const canvas = make("canvas", { role: "img", "aria-label": say(key), className: "tiles" });
  drawTiles(canvas, values, layOut(values.shape, width, wanted, rows * columns === 1 ? LEAST : LEAST_MAP), shades);
  return make("figure", {}, canvas, make("figcaption", { textContent: say(key) }));
}
