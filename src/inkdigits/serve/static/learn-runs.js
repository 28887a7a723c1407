// The list of runs with their figures: sorted, opened, deleted, taken back. Knows nothing of how they are trained.

import { byId, make, makeIcon, show } from "./dom.js";
import { accuracy, count, language, say } from "./language.js";
import { deleteRun, getRuns, restoreRun } from "./learn-api.js";
import { toast } from "./say.js";

const date = (seconds) => new Date(seconds * 1000).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
const one = (value) => value.toLocaleString(language, { maximumFractionDigits: 1 });

/** Columns: what they are sorted by, and what stands in them. Figures begin with the largest. */
const COLUMNS = {
  name: { value: (run) => run.name },
  data: { value: (run) => run.data },
  accuracy: { value: (run) => run.accuracy ?? -1, text: (run) => (run.accuracy === null ? "–" : accuracy(run.accuracy)), isNumber: true },
  errors: { value: (run) => run.errors ?? -1, text: (run) => (run.errors === null ? "–" : count(run.errors)), isNumber: true },
  epochs: { value: (run) => run.epochs, text: (run) => one(run.epochs), isNumber: true },
  seconds: { value: (run) => run.seconds, text: (run) => say("runs-seconds-value", { seconds: one(run.seconds) }), isNumber: true },
  status: { value: (run) => run.status, text: (run) => say(`run-${run.is_training ? "training" : run.status}`) },
  changed: { value: (run) => run.changed_s, text: (run) => date(run.changed_s), isNumber: true },
};

export class Runs {
  #runs = [];
  #shown = null;
  #key = "changed";
  #isDescending = true;
  #on;

  /** @param on functions: onOpen and onDelete, called with the name of a run */
  constructor(on) {
    this.#on = on;
  }

  async load() {
    try {
      const told = await getRuns();
      this.show(told.runs);
      return told;
    } catch (problem) {
      toast(problem.message);
      return { training: null };
    }
  }

  /** Say everything in the language of the page. */
  relabel() {
    this.#build();
  }

  show(runs) {
    this.#runs = runs;
    this.#build();
  }

  /** Mark the run that is shown. */
  mark(name) {
    this.#shown = name;
    this.#build();
  }

  #build() {
    const focused = document.activeElement?.closest?.("#learn-table") ? document.activeElement.id : null;
    const { value } = COLUMNS[this.#key];
    const order = (first, second) => (value(first) < value(second) ? -1 : value(first) > value(second) ? 1 : 0);
    const sorted = [...this.#runs].sort((first, second) => (this.#isDescending ? order(second, first) : order(first, second)));
    show(byId("learn-table"), sorted.length > 0);
    show(byId("learn-runs-none"), sorted.length === 0);
    const head = make("tr", {}, ...Object.keys(COLUMNS).map((key) => this.#head(key)),
      make("th", { scope: "col" }, make("span", { className: "hidden", textContent: say("runs-delete") })));
    byId("learn-table").replaceChildren(make("caption", { className: "hidden", textContent: say("learn-runs") }),
      make("thead", {}, head), make("tbody", {}, ...sorted.map((run) => this.#row(run))));
    if (focused) byId(focused)?.focus({ preventScroll: true });
  }

  #head(key) {
    const isKey = key === this.#key;
    const button = make("button", { type: "button", id: `runs-by-${key}`, className: "quiet", textContent: say(`runs-${key}`) });
    button.addEventListener("click", () => {
      this.#isDescending = isKey ? !this.#isDescending : Boolean(COLUMNS[key].isNumber);
      this.#key = key;
      this.#build();
    });
    return make("th", { scope: "col", className: COLUMNS[key].isNumber ? "number" : "",
      "aria-sort": isKey ? (this.#isDescending ? "descending" : "ascending") : "none" }, button);
  }

  #row(run) {
    const open = make("button", { type: "button", id: `run-${run.name}`, className: "quiet", textContent: run.name,
      "aria-current": run.name === this.#shown });
    open.addEventListener("click", () => this.#on.onOpen(run.name));
    const remove = make("button", { type: "button", className: "icon-only", disabled: run.is_training,
      title: say("runs-delete"), "aria-label": say("runs-delete-one", { name: run.name }) }, makeIcon("clear"));
    remove.addEventListener("click", () => this.#delete(run));
    const cells = Object.entries(COLUMNS).slice(1).map(([key, { value, text, isNumber }]) =>
      make("td", { className: isNumber ? "number" : "", textContent: (text ?? value)(run) }));
    if (run.on_pad) open.append(make("small", { textContent: ` ${say("runs-on-pad")}` }));
    return make("tr", { className: run.name === this.#shown ? "shown" : "" }, make("th", { scope: "row" }, open), ...cells,
      make("td", {}, remove));
  }

  async #delete(run) {
    try {
      const { deleted } = await deleteRun(run.name);
      this.#on.onDelete(run.name);
      await this.load();
      byId("runs-by-name").focus({ preventScroll: true });
      toast(say("runs-deleted", { name: run.name }), () => this.#restore(deleted));
    } catch (problem) {
      toast(problem.message);
    }
  }

  async #restore(deleted) {
    try {
      const { run } = await restoreRun(deleted);
      await this.load();
      toast(say("runs-restored", { name: run }));
      byId(`run-${run}`)?.focus();
    } catch (problem) {
      toast(problem.message);
    }
  }
}
