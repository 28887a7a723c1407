// What to train: data, recipe, layers and how they learn. Knows nothing of how it is trained.

import { byId, make, show } from "./dom.js";
import { count, say } from "./language.js";
import { checkSettings } from "./learn-api.js";
import { Layers } from "./learn-layers.js";
import { Latest } from "./latest.js";

const BATCHES = [10, 20, 32, 50, 64, 100, 128, 200, 256, 500];
const OPTIMIZERS = ["sgd", "rmsprop", "adam", "adamw"];
const AUGMENTATIONS = {
  none: null,
  gentle: { rotate_degrees: 8, shift_pixels: 1.5, scale: 0.08 },
  strong: { rotate_degrees: 15, shift_pixels: 2.5, scale: 0.15, shear_degrees: 12, elastic_pixels: 1.5 },
};
const PREFERRED = { recipe: "mlp-dropout", data: "uci" };
const PAUSE_MS = 250;

/** 0.0001, 0.00018 …: the rates of the slider, a quarter of a power of ten apart. */
const rateAt = (power) => Number((10 ** power).toPrecision(2));

export class Form {
  #recipes;
  #layers;
  #check;
  #data;

  /**
   * @param choices what the server says can be trained
   * @param onStart called with settings
   */
  constructor({ data, recipes }, onStart) {
    this.#recipes = new Map(recipes.map((recipe) => [recipe.name, recipe]));
    this.#data = data;
    byId("learn-data").append(...data.map(({ name }) => make("option", { value: name })));
    byId("learn-recipe").append(...recipes.map(({ name }) => make("option", { value: name, textContent: name })));
    byId("learn-optimizer").append(...OPTIMIZERS.map((name) => make("option", { value: name, textContent: name })));
    byId("learn-augmentation").append(...[...Object.keys(AUGMENTATIONS), "own"].map((name) =>
      make("option", { value: name })));
    this.#layers = new Layers(() => this.#changed());
    this.#check = new Latest((signal) => this.#describe(signal), PAUSE_MS, () => {});
    byId("learn-recipe").addEventListener("change", () => this.#takeRecipe());
    byId("learn-form").addEventListener("input", () => this.#changed());
    byId("learn-form").addEventListener("submit", (event) => {
      event.preventDefault();
      onStart(this.settings());
    });
    byId("learn-start-paused").addEventListener("click", () => {
      if (byId("learn-form").reportValidity()) onStart({ ...this.settings(), paused: true });
    });
  }

  /** Say everything in the language of the page. */
  relabel() {
    this.#label();
    this.#layers.relabel();
    this.#changed();
  }

  #label() {
    this.#data.forEach(({ name, train, here }, number) => {
      const size = train === null ? "" : say("learn-data-size", { count: count(train) });
      byId("learn-data").options[number].textContent = [name, size, here ? "" : say("learn-data-download")]
        .filter(Boolean).join(", ");
    });
    for (const option of byId("learn-augmentation").options) option.textContent = say(`learn-augmentation-${option.value}`);
  }

  start() {
    this.#label();
    byId("learn-data").value = PREFERRED.data;
    byId("learn-recipe").value = PREFERRED.recipe;
    this.#takeRecipe();
  }

  /** What the server takes. */
  settings() {
    const recipe = this.#recipes.get(byId("learn-recipe").value);
    const changes = {
      layers: this.#layers.values,
      optimizer: this.#optimizer(recipe),
      batch_size: Number(byId("learn-batch").value),
    };
    if (!recipe.steps || this.#length() !== this.#epochsOf(recipe)) changes.epochs = this.#length();
    const augmentation = byId("learn-augmentation").value;
    if (augmentation !== "own") changes.augmentation = AUGMENTATIONS[augmentation] ?? false;
    return { recipe: recipe.name, data: byId("learn-data").value, seed: Number(byId("learn-seed").value), changes };
  }

  tell(text) {
    byId("learn-problem").textContent = text;
    show(byId("learn-problem"), text !== "");
  }

  #length() {
    return byId("learn-epochs").valueAsNumber;
  }

  /** A length in steps stands in the slider as epochs, and is kept unless the slider moves. */
  #epochsOf(recipe) {
    return Math.min(50, recipe.epochs ?? 10);
  }

  /** The optimiser's other values are those of the recipe, where it is the same. */
  #optimizer(recipe) {
    const name = byId("learn-optimizer").value;
    const power = byId("learn-rate").valueAsNumber;
    const isKept = name === recipe.optimizer.name && power === this.#powerOf(recipe);
    const learning_rate = isKept ? recipe.optimizer.learning_rate : rateAt(power);
    return name === recipe.optimizer.name ? { ...recipe.optimizer, learning_rate } : { name, learning_rate };
  }

  #powerOf(recipe) {
    return Math.round(Math.log10(recipe.optimizer.learning_rate) * 4) / 4;
  }

  #takeRecipe() {
    const recipe = this.#recipes.get(byId("learn-recipe").value);
    byId("learn-about").textContent = recipe.description || recipe.title;
    this.#layers.values = recipe.layers;
    byId("learn-optimizer").value = recipe.optimizer.name;
    byId("learn-rate").value = this.#powerOf(recipe);
    const batches = [...new Set([...BATCHES, recipe.batch_size])].sort((a, b) => a - b);
    byId("learn-batch").replaceChildren(...batches.map((size) => make("option", { value: size, textContent: count(size) })));
    byId("learn-batch").value = recipe.batch_size;
    byId("learn-epochs").value = this.#epochsOf(recipe);
    byId("learn-augmentation").value = recipe.augmentation ? "own" : "none";
    byId("learn-augmentation").querySelector("[value=own]").hidden = !recipe.augmentation;
    this.#changed();
  }

  #changed() {
    const recipe = this.#recipes.get(byId("learn-recipe").value);
    byId("learn-rate-value").textContent = String(this.#optimizer(recipe).learning_rate);
    const steps = recipe.steps && this.#length() === this.#epochsOf(recipe);
    byId("learn-epochs-value").textContent = steps ? say("learn-steps", { count: count(recipe.steps) }) : count(this.#length());
    this.#check.soon();
  }

  async #describe(signal) {
    try {
      const told = await checkSettings(this.settings());
      if (signal.aborted) return;
      byId("learn-size").classList.toggle("wrong", Boolean(told.error));
      byId("learn-size").textContent = told.error ?? say("learn-parameters", { count: count(told.parameters) });
      this.#layers.describe(told.layers ?? []);
      for (const id of ["learn-start", "learn-start-paused"]) byId(id).disabled = Boolean(told.error);
    } catch (problem) {
      if (!signal.aborted) this.tell(problem.message);
    }
  }
}
