// A training as it goes on: its state, curves and figures, and the buttons that steer it. Knows nothing of settings.

import { byId, make, show } from "./dom.js";
import { accuracy, count, language, percent, say } from "./language.js";
import { command, eventsOf, getRun, makeNetwork, makeReport, resumeRun, useOnPad } from "./learn-api.js";
import { Curve } from "./learn-curves.js";
import { announce } from "./say.js";

const RETRY_MS = 1000;

/** From one drawing of the figures to the next, at least: the training needs the processor more than the page does. */
const DRAW_MS = 250;

const STEERED = ["training", "paused"];
const ENDED = ["complete", "interrupted", "diverged", "killed"];

/** Which buttons there are in which state. */
const BUTTONS = {
  pause: ["training"], go: ["paused"], step: ["training", "paused"], epoch: ["training", "paused"], stop: STEERED,
};

const figure = (value) => value.toLocaleString(language, { maximumSignificantDigits: 3 });

export class LiveTraining {
  name = null;
  #on;
  #source = null;
  #start = null;
  #state = "starting";
  #message = null;
  #train = [];
  #records = [];
  #rate = 0;
  #summary = null;
  #drawn = 0;
  #timer = null;
  #curves;

  /** @param on functions: onStart, onSnapshot, onStep, onState, onRestart, onNetwork */
  constructor(on) {
    this.#on = on;
    this.#curves = {
      loss: new Curve(byId("learn-loss"), figure), accuracy: new Curve(byId("learn-accuracy"), percent, 1) };
    for (const button of document.querySelectorAll("#learn-controls [data-command]")) {
      button.addEventListener("click", () => this.#do(() => command(this.name, button.dataset.command)));
    }
    byId("learn-resume").addEventListener("click", () => this.#do(() => resumeRun(this.name)));
    byId("learn-restart").addEventListener("click", () => this.#on.onRestart(this.name));
    byId("learn-report").addEventListener("click", () => this.#make("learn-report", makeReport, "learn-report-made"));
    byId("learn-export").addEventListener("click", () => this.#make("learn-export", makeNetwork, "learn-export-made"));
    byId("learn-use").addEventListener("click", () => this.#use());
  }

  /** Show a run from its beginning, and follow it. */
  async open(name) {
    this.close();
    this.name = name;
    this.#train = [];
    this.#records = [];
    this.#start = this.#summary = null;
    this.#state = "starting";
    this.#message = null;
    show(byId("learn-none"), false);
    show(byId("learn-shown"), true);
    byId("learn-made").replaceChildren();
    byId("learn-live-title").textContent = name;
    this.#showAll();
    this.#follow();
  }

  #follow() {
    const source = eventsOf(this.name);
    this.#source = source;
    source.addEventListener("events", ({ data }) => this.#take(JSON.parse(data)));
    source.addEventListener("snapshot", ({ data }) => this.#on.onSnapshot(JSON.parse(data)));
    source.addEventListener("state", ({ data }) => this.#stateChanged(JSON.parse(data)));
    source.addEventListener("error", () => {
      // Without a connection the browser tries again by itself; it gives up where there is no such run yet.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(() => { if (this.#source === source) this.#follow(); }, RETRY_MS);
      }
    });
  }

  /** Say everything in the language of the page. */
  relabel() {
    if (this.name === null) return;
    byId("learn-live-title").textContent = this.name;
    this.#showState();
    this.#showAll();
  }

  close() {
    this.#source?.close();
    clearTimeout(this.#timer);
    this.#timer = null;
    this.name = this.#source = null;
    show(byId("learn-none"), true);
    show(byId("learn-shown"), false);
    byId("learn-live-title").textContent = say("learn-live");
    byId("learn-state").textContent = "";
  }

  /** The figures of the run in the list, once it has some. */
  set summary(summary) {
    this.#summary = summary;
    this.#showAll();
  }

  #take(events) {
    for (const event of events) {
      if (event.event === "start") {
        this.#start = event;
        // A training that goes on takes the steps after its checkpoint again.
        this.#train = this.#train.filter(({ step }) => step <= event.step);
        this.#records = this.#records.filter(({ step }) => step <= event.step);
        this.#on.onStart(event);
      } else if (event.event === "step") {
        this.#train.push(event);
        this.#rate = event.rate;
      } else if (event.event === "record") this.#records.push(event);
    }
    this.#showSoon();
    this.#on.onStep();
  }

  /** Show what has come, at once where nothing was shown for a while. */
  #showSoon() {
    const wait = DRAW_MS - (performance.now() - this.#drawn);
    if (wait <= 0) this.#showAll();
    else this.#timer ??= setTimeout(() => this.#showAll(), wait);
  }

  async #stateChanged({ state, message }) {
    const before = this.#state;
    this.#state = state;
    this.#message = message;
    this.#showState();
    if (ENDED.includes(state) && !this.#start) await this.#fetchRecords();
    this.#showAll();
    if (before !== state && before !== "starting" && ENDED.includes(state)) announce(byId("learn-state").textContent);
    this.#on.onState({ state });
  }

  #showState() {
    byId("learn-state").textContent = [say(`learn-state-${this.#state}`), this.#message].filter(Boolean).join(" ");
  }

  /** A run that was never watched has its records only. */
  async #fetchRecords() {
    const run = await getRun(this.name).catch(() => null);
    if (run?.records) this.#records = run.records;
    this.#train = this.#records;
  }

  #showAll() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#drawn = performance.now();
    const record = this.#records.at(-1);
    const batch = this.#train.at(-1);
    const last = record && record.step >= (batch?.step ?? 0) ? record : batch;
    const perEpoch = this.#start?.steps_per_epoch;
    const epochs = this.#start ? this.#start.steps / perEpoch : record?.epoch;
    const points = (list, key) => list.filter((each) => Number.isFinite(each[key])).map((each) => [each.epoch, each[key]]);
    this.#curves.loss.draw(points(this.#train, "loss"), points(this.#records, "val_loss"), epochs);
    this.#curves.accuracy.draw(points(this.#train, "accuracy"), points(this.#records, "val_accuracy"), epochs);
    byId("learn-curve-validation").textContent =
      say(this.#start?.validation === "test" ? "learn-curve-test" : "learn-curve-validation");
    show(byId("learn-curve-validation"), this.#records.some(({ val_loss: loss }) => Number.isFinite(loss)));
    byId("learn-progress").value = this.#start && last ? last.step / this.#start.steps : 0;
    show(byId("learn-progress"), !ENDED.includes(this.#state) && this.#state !== "failed");
    const rows = [
      ["learn-at", last && epochs ? say("learn-at-value", { epoch: figure(last.epoch), epochs: figure(epochs), step: count(last.step) }) : "–"],
      ["learn-speed", this.#state === "training" && this.#rate ? say("learn-speed-value", { rate: count(Math.round(this.#rate)) }) : "–"],
      ["learn-loss", last ? figure(last.loss) : "–"],
      ["learn-accuracy", last ? accuracy(last.accuracy) : "–"],
      ["learn-held-back", record && Number.isFinite(record.val_accuracy) ? accuracy(record.val_accuracy) : "–"],
    ];
    byId("learn-figures").replaceChildren(...rows.map(([key, value]) =>
      make("div", {}, make("dt", { textContent: say(key) }), make("dd", { textContent: value }))));
    this.#showButtons();
  }

  #showButtons() {
    let isFocusLost = false;
    for (const button of document.querySelectorAll("#learn-controls [data-command]")) {
      const isPart = BUTTONS[button.dataset.command].includes(this.#state);
      const hadFocus = document.activeElement === button;
      show(button, isPart);
      isFocusLost ||= hadFocus && !isPart;
    }
    show(byId("learn-resume"), ["interrupted", "killed"].includes(this.#state));
    show(byId("learn-restart"), ENDED.includes(this.#state) || this.#state === "failed");
    show(byId("learn-results"), ENDED.includes(this.#state));
    // The button that was used gives way to others.
    if (isFocusLost) (document.querySelector("#learn-controls button:not([hidden])") ?? byId("learn-live-title")).focus();
    const { accuracy: share, errors, test_digits: digits } = this.#summary ?? {};
    byId("learn-verdict").textContent = Number.isFinite(share)
      ? say("learn-verdict", { percent: accuracy(share), errors: count(errors), count: count(digits) })
      : say(`learn-verdict-${this.#state === "killed" ? "killed" : "none"}`);
  }

  async #do(act) {
    try {
      await act();
    } catch (problem) {
      this.#message = problem.message;
      this.#showState();
    }
  }

  /** Let the server make something that takes a while, and link to it. */
  async #make(id, ask, words) {
    const button = byId(id);
    const name = this.name;
    button.disabled = true;
    byId("learn-made").textContent = say("learn-making");
    try {
      const { href } = await ask(name);
      const link = make("a", { href, textContent: say(words, { name }) });
      if (id === "learn-export") link.download = `${name}.onnx`;
      else link.target = "_blank";
      byId("learn-made").replaceChildren(link);
      link.focus({ preventScroll: true });
    } catch (problem) {
      byId("learn-made").textContent = problem.message;
    }
    button.disabled = false;
  }

  async #use() {
    byId("learn-use").disabled = true;
    byId("learn-made").textContent = say("learn-making");
    try {
      await useOnPad(this.name);
      await this.#on.onNetwork();
      byId("learn-made").replaceChildren(make("a", { href: "#", textContent: say("learn-used", { name: this.name }) }));
    } catch (problem) {
      byId("learn-made").textContent = problem.message;
    }
    byId("learn-use").disabled = false;
  }
}
