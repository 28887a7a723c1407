// The layers of a network as a list that can be changed: kinds, units, order. Knows nothing of the server.

import { byId, make, makeIcon } from "./dom.js";
import { count, say } from "./language.js";

const ACTIVATIONS = ["linear", "relu", "tanh", "sigmoid", "gelu", "softmax"];

/** The values that can be changed of each kind: its choices, or least, most and step. */
const FIELDS = {
  dense: { units: { min: 1, max: 2048, step: 1 }, activation: ACTIVATIONS },
  conv2d: { filters: { min: 1, max: 256, step: 1 }, kernel_size: { min: 1, max: 11, step: 1 }, activation: ACTIVATIONS,
    padding: ["valid", "same"] },
  max_pool: { size: { min: 2, max: 7, step: 1 } },
  average_pool: { size: { min: 2, max: 7, step: 1 } },
  dropout: { rate: { min: 0, max: 0.9, step: 0.05 } },
  activation: { function: ACTIVATIONS.slice(0, 5) },
};

/** What a layer begins with when it is added. */
const NEW = {
  dense: { units: 100, activation: "relu" },
  conv2d: { filters: 16, kernel_size: 3, activation: "relu", padding: "same" },
  max_pool: { size: 2 },
  average_pool: { size: 2 },
  dropout: { rate: 0.2 },
  batch_norm: {},
  flatten: {},
  global_average_pool: {},
};

export class Layers {
  #layers = [];
  #shapes = [];
  #list = byId("learn-layers");
  #onChange;

  /** @param onChange called when a layer changed */
  constructor(onChange) {
    this.#onChange = onChange;
    byId("learn-add-type").append(...Object.keys(NEW).map((type) => make("option", { value: type })));
    this.relabel();
    byId("learn-add-layer").addEventListener("click", () => {
      const type = byId("learn-add-type").value;
      // The last layer gives the answer: what is added goes before it.
      this.#layers.splice(Math.max(0, this.#layers.length - 1), 0, { type, ...NEW[type] });
      this.#build();
      onChange();
    });
  }

  /** Say everything in the language of the page. */
  relabel() {
    for (const option of byId("learn-add-type").options) option.textContent = say(`layer-${option.value}`);
    this.#build();
  }

  get values() {
    return this.#layers;
  }

  set values(layers) {
    this.#layers = structuredClone(layers);
    this.#build();
  }

  /** Show what comes out of each layer. */
  describe(shapes) {
    this.#shapes.forEach((place, number) => {
      const { output, parameters } = shapes[number] ?? {};
      place.textContent = output ? say("layer-shape", { shape: output.join("×"), count: count(parameters) }) : "";
    });
  }

  #build() {
    this.#shapes = this.#layers.map(() => make("span", { className: "shape note" }));
    this.#list.replaceChildren(...this.#layers.map((layer, number) => this.#row(layer, number)));
  }

  #row(layer, number) {
    const name = say(`layer-${layer.type}`);
    const button = (icon, words, act, isOff) => {
      const made = make("button", { type: "button", className: "icon-only", title: say(words), disabled: isOff,
        "aria-label": say("layer-button", { action: say(words), number: number + 1, name }) }, makeIcon(icon));
      made.addEventListener("click", () => act(made));
      return made;
    };
    const fields = Object.entries(FIELDS[layer.type] ?? {}).filter(([key]) => !Array.isArray(layer[key]))
      .map(([key, choices]) => this.#field(layer, key, choices));
    return make("li", {}, make("b", { textContent: name }), make("span", { className: "layer-fields" }, ...fields),
      this.#shapes[number], make("span", { className: "layer-buttons" },
        button("up", "layer-up", () => this.#move(number, -1), number === 0),
        button("down", "layer-down", () => this.#move(number, 1), number === this.#layers.length - 1),
        button("close", "layer-remove", () => this.#remove(number), this.#layers.length === 1)));
  }

  #field(layer, key, choices) {
    const take = (value) => {
      layer[key] = value;
      this.#onChange();
    };
    const words = make("span", { textContent: say(`layer-${key === "activation" ? "function" : key}`) });
    if (Array.isArray(choices)) {
      const select = make("select", {}, ...choices.map((value) => make("option", { value, textContent: value })));
      select.value = layer[key] ?? choices[0];
      select.addEventListener("change", () => take(select.value));
      return make("label", {}, words, select);
    }
    const input = make("input", { type: "number", ...choices, value: layer[key], required: true });
    input.addEventListener("change", () => {
      if (input.checkValidity()) take(input.valueAsNumber);
    });
    return make("label", {}, words, input);
  }

  #move(number, by) {
    const [layer] = this.#layers.splice(number, 1);
    this.#layers.splice(number + by, 0, layer);
    this.#changed(number + by, by < 0 ? 0 : 1);
  }

  #remove(number) {
    this.#layers.splice(number, 1);
    this.#changed(Math.min(number, this.#layers.length - 1), 2);
  }

  /** Build anew, and leave the focus on the button that was used, or on one beside it. */
  #changed(number, button) {
    this.#build();
    const buttons = [...this.#list.children[number].querySelectorAll(".layer-buttons button")];
    (buttons[button].disabled ? buttons.find((each) => !each.disabled) : buttons[button])?.focus();
    this.#onChange();
  }
}
