// A digit drawn while a network learns, and what the network makes of it now. Knows nothing of how it is trained.

import { byId, make } from "./dom.js";
import { percent, say } from "./language.js";
import { Latest } from "./latest.js";
import { readWith } from "./learn-api.js";
import { drawWithKeys } from "./pad-keys.js";
import { Pad } from "./pad.js";
import { announceCalmly } from "./say.js";
import { snapshot } from "./snapshot.js";

const PAUSE_MS = 120;
const [WIDTH, MARGIN] = [96, 8];

export class Draw {
  #name = null;
  #pad;
  #latest;
  #rows = [];
  #last = null;

  constructor() {
    this.#latest = new Latest((signal) => this.#read(signal), PAUSE_MS, () => {});
    this.#pad = new Pad(byId("learn-pad"), { onChange: () => this.#changed(), onEnd: () => this.#changed() });
    const actions = { undo: () => this.#pad.undo(), redo: () => this.#pad.redo(), clear: () => this.#pad.clear(), thinner: () => {}, thicker: () => {} };
    drawWithKeys(this.#pad, byId("learn-pad"), byId("learn-pen"), actions);
    for (const name of ["undo", "clear"]) {
      byId(`learn-${name}`).addEventListener("click", () => {
        actions[name]();
        if (byId(`learn-${name}`).disabled) byId("learn-pad").focus({ preventScroll: true });
      });
    }
    this.#changed();
  }

  /** Say everything in the language of the page. */
  relabel() {
    this.#show(this.#last);
  }

  /** From now on the network of this run is asked. */
  open(name) {
    this.#name = name;
    this.#show(null);
  }

  /** The network has learned something. */
  networkChanged() {
    if (!this.#pad.drawing.isEmpty) this.#latest.soon();
  }

  #changed() {
    const { isEmpty } = this.#pad.drawing;
    byId("learn-undo").disabled = byId("learn-clear").disabled = isEmpty;
    if (isEmpty) {
      this.#latest.stop();
      this.#show(null);
    } else this.#latest.soon();
  }

  async #read(signal) {
    if (this.#name === null) return;
    const { strokes } = this.#pad.drawing;
    const picture = snapshot(strokes, WIDTH, Math.round(WIDTH * this.#pad.height), MARGIN);
    try {
      const answer = await readWith(this.#name, picture, signal);
      if (!signal.aborted) this.#show(answer);
    } catch (problem) {
      if (!signal.aborted) byId("learn-answer").textContent = problem.message;
    }
  }

  #show(answer) {
    this.#last = answer;
    const classes = answer?.classes ?? [];
    if (classes.length && classes.join() !== this.#rows.map(({ name }) => name).join()) this.#build(classes);
    const shares = answer?.probabilities ?? [];
    const best = shares.indexOf(Math.max(...shares));
    this.#rows.forEach(({ fill, figure, item }, number) => {
      fill.style.width = `${(shares[number] ?? 0) * 100}%`;
      figure.textContent = shares.length ? percent(shares[number]) : "";
      item.classList.toggle("best", number === best);
    });
    if (!answer) byId("learn-answer").textContent = say("answer-empty");
    else if (!answer.form) byId("learn-answer").textContent = say("nothing-digit");
    else {
      byId("learn-answer").textContent = say("learn-read", { digit: classes[best], percent: percent(shares[best]) });
      announceCalmly(byId("learn-answer").textContent);
    }
  }

  #build(classes) {
    this.#rows = classes.map((name) => {
      const fill = make("span", { className: "fill" });
      const figure = make("span", { className: "figure" });
      const item = make("li", {}, make("span", { className: "name", textContent: name }),
        make("span", { className: "track", "aria-hidden": "true" }, fill), figure);
      return { name, fill, figure, item };
    });
    byId("learn-bars").replaceChildren(...this.#rows.map(({ item }) => item));
  }
}
