// Inside the network: every layer's values for the digit that was read, and how each of them came about.

import { getActivations, getCell, getEvidence, getLayers } from "./api.js";
import { byId, make, show } from "./dom.js";
import { AnswerRow, evidenceElements } from "./inside-answers.js";
import { cellElements } from "./inside-cell.js";
import { LayerView } from "./inside-layer.js";
import { drawTiles, layOut, shadesOf, tiled, unpack } from "./inside-maps.js";
import { count, onLanguage, say } from "./language.js";
import { Latest } from "./latest.js";
import { remember, remembered } from "./memory.js";

const FILTER_PIXELS = 44;
const MOST_FILTERS_NAMED = 12;
const NEAR = "400px";
const MIN_PANEL = 120;
const PANEL_MARGINS = 34;
const WIDE = "(min-width: 56rem)";
const STORED = "inkdigits-inside";
const INPUT = { kind: "digit", kernel: [1, 1], shape: [1, 28, 28], parameters: 0, activation: null };

export class Inside {
  #form = null;
  #network = null;
  #views = [];
  #values = null;
  #pointed = null;
  #isNear = false;
  #shades = null;
  #loading = new Latest((signal) => this.#load(signal), 0, (isBusy) => byId("inside").setAttribute("aria-busy", isBusy));
  #explaining = new Latest((signal) => this.#explain(signal), 0, () => {});

  constructor() {
    // Far from the screen nothing is asked for.
    new IntersectionObserver((entries) => {
      this.#isNear = entries.at(-1).isIntersecting;
      if (this.#isShown) this.#loading.now();
    }, { rootMargin: NEAR }).observe(byId("inside"));
    openAsBefore(byId("inside-details"), () => this.#loading.now());
    new ResizeObserver(() => this.#draw()).observe(byId("inside-layers"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#shades = null;
      this.#draw();
      this.#explaining.now();
    });
    onLanguage(() => this.renew());
  }

  /** Show what happens for a digit, as the data URL of its form; null for none. */
  show(form) {
    if (form === this.#form) return;
    this.#form = form;
    if (this.#isShown) this.#loading.now();
  }

  /** Another network reads now. */
  renew() {
    this.#network = null;
    if (this.#isShown) this.#loading.now();
  }

  get #isShown() {
    return this.#isNear && byId("inside-details").open;
  }

  async #load(signal) {
    try {
      if (!this.#network) {
        const network = await getLayers(signal);
        if (signal.aborted) return;
        this.#build(network);
      }
      const values = this.#form ? (await getActivations(this.#form, signal)).layers.map(unpack) : null;
      if (signal.aborted) return;
      this.#values = values ? [await pixelsOf(this.#form), ...values] : this.#empty();
      this.#tell("");
      this.#draw();
      show(byId("inside-hint"), !this.#form);
      if (this.#pointed) this.#explaining.now();
    } catch (problem) {
      if (!signal.aborted) this.#tell(problem.code === "opaque" ? say("inside-opaque") : problem.message);
    }
  }

  #tell(words) {
    byId("inside-message").textContent = words;
    show(byId("inside-message"), words !== "");
    show(byId("inside-body"), words === "");
  }

  #build(network) {
    this.#network = network;
    this.#values = null; // those of another network don't fit
    this.#pointed = null;
    const { layers, classes, parameters } = network;
    const point = (number, place) => this.#point(number, place);
    const input = new LayerView(0, INPUT, null);
    const hidden = layers.slice(0, -1).map((layer, at) => new LayerView(at + 1, layer, point));
    const answers = new AnswerRow(classes, (unit) => point(layers.length, { unit, row: 0, column: 0 }));
    const last = LayerView.row(layers.at(-1), answers.element);
    this.#views = [input, ...hidden, answers];
    byId("inside-layers").replaceChildren(input.element, ...hidden.map(({ element }) => element), last);
    byId("inside-parameters").textContent = say("inside-total", { layers: count(layers.length), parameters: count(parameters) });
    show(byId("inside-panel"), false);
  }

  #empty() {
    return [INPUT, ...this.#network.layers].map(({ shape }) => {
      const tiles = tiled(shape);
      return { shape: tiles, values: new Float32Array(tiles[0] * tiles[1] * tiles[2]), most: 1 };
    });
  }

  #draw() {
    if (!this.#values || !this.#network) return;
    this.#shades ??= shadesOf(byId("inside"));
    const width = byId("inside-layers").clientWidth;
    this.#views.forEach((view, at) => {
      if (view instanceof AnswerRow) view.show([...this.#values[at].values]);
      else view.show(this.#values[at], width, this.#shades);
    });
    this.#drawFilters(width);
  }

  #drawFilters(width) {
    const { filters, classes, layers } = this.#network;
    show(byId("inside-filters"), filters !== null);
    if (!filters) return;
    const weights = unpack(filters);
    const [tiles, rows, columns] = weights.shape;
    // Where the first layer is the last, each picture is the template of an answer.
    const areTemplates = layers.length === 1 && tiles <= MOST_FILTERS_NAMED;
    const parts = areTemplates ? [...classes] : [null];
    byId("inside-filter-pictures").replaceChildren(...parts.map((name, at) => {
      const shape = areTemplates ? [1, rows, columns] : weights.shape;
      const values = areTemplates ? weights.values.subarray(at * rows * columns, (at + 1) * rows * columns) : weights.values;
      const label = areTemplates ? say("inside-template", { digit: name }) : say("inside-filters-picture");
      const canvas = make("canvas", { role: "img", className: "tiles", "aria-label": label });
      drawTiles(canvas, { shape, values, most: weights.most }, layOut(shape, width, areTemplates ? 2 * FILTER_PIXELS : FILTER_PIXELS), this.#shades);
      return make("figure", {}, canvas, ...(areTemplates ? [make("figcaption", { textContent: name })] : []));
    }));
    byId("inside-filters-title").textContent = filters.units > tiles
      ? say("inside-filters-some", { shown: count(tiles), count: count(filters.units) })
      : say("inside-filters-all", { count: count(tiles) });
  }

  #point(number, place) {
    this.#pointed = { number, place };
    if (this.#form) this.#explaining.now();
  }

  async #explain(signal) {
    const pointed = this.#pointed;
    if (!pointed || !this.#form) return;
    const { number, place } = pointed;
    const layer = this.#network.layers[number - 1];
    const isAnswer = number === this.#network.layers.length;
    try {
      const [cell, found] = await Promise.all([getCell(this.#form, number - 1, place, signal),
        isAnswer ? getEvidence(this.#form, this.#network.classes[place.unit], signal) : null]);
      if (signal.aborted) return;
      this.#mark(number, place, cell);
      const panel = byId("inside-panel");
      show(panel, true);
      const width = Math.max(MIN_PANEL, panel.clientWidth - PANEL_MARGINS);
      const evidence = found ? evidenceElements(found.answer, unpack(found.evidence), this.#shades) : [];
      panel.replaceChildren(...evidence, ...cellElements(cell, layer, place, found?.answer, width, this.#shades));
    } catch (problem) {
      if (!signal.aborted) this.#tell(problem.message);
    }
  }

  #mark(number, place, cell) {
    this.#views.forEach((view, at) => view.mark(at === number ? place : null));
    const before = this.#views[number - 1];
    const { kind } = this.#network.layers[number - 1];
    if (kind === "dense") before.markAll();
    else if (cell.window) before.markWindow(cell.window, kind === "conv2d" ? null : place.unit);
    else before.mark({ unit: place.unit, row: 0, column: 0 });
  }
}

/** Open or close as in the visit before; the first time, open where the screen is wide. */
function openAsBefore(details, onOpen) {
  details.open = remembered(STORED) ? remembered(STORED) === "open" : matchMedia(WIDE).matches;
  details.addEventListener("toggle", () => {
    remember(STORED, details.open ? "open" : "closed");
    if (details.open) onOpen();
  });
}

/** Return the grey values of a form as 0 … 1. */
async function pixelsOf(form) {
  const image = new Image();
  image.src = form;
  await image.decode();
  const pen = new OffscreenCanvas(28, 28).getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, 28, 28);
  return { shape: [1, 28, 28], values: Float32Array.from({ length: 784 }, (_, at) => data[4 * at] / 255), most: 1 };
}
