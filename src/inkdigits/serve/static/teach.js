// Teaching the network from the corrections: start, progress, comparison, decision. Knows nothing of reading.

import { acceptTeaching, endTeaching, getTeaching, goBack, startTeaching } from "./api.js";
import { byId, make, show } from "./dom.js";
import { accuracy, canSay, count, percent, points, say } from "./language.js";
import { announce } from "./say.js";

const POLL_MS = 500;

export class Teaching {
  #corrections = 0;
  #hint = null;
  #timer = 0;
  #last = { state: "idle" };
  #onNewNetwork;

  /**
   * @param model what the server says of its networks, and of what is in the way of teaching; null if it was silent
   * @param onNewNetwork called when another network reads, and waited for
   */
  constructor(model, onNewNetwork) {
    this.#hint = model?.teach_obstacle ? sayObstacle(model) : null;
    this.#onNewNetwork = onNewNetwork;
    byId("teach").addEventListener("click", () => this.#do(startTeaching, "teach-started"));
    byId("teach-cancel").addEventListener("click", () => this.#do(endTeaching, "teach-cancelled"));
    byId("teach-discard").addEventListener("click", () => this.#do(endTeaching, "teach-discarded"));
    byId("teach-accept").addEventListener("click", () => this.#do(acceptTeaching, "teach-accepted", true));
    byId("teach-back").addEventListener("click", () => this.#do(goBack, "teach-went-back", true));
  }

  /** Show how things stand, and follow them while teaching runs. */
  async follow() {
    clearTimeout(this.#timer);
    try {
      this.#show(await getTeaching());
    } catch (problem) {
      this.#tell(problem.message);
      return;
    }
    if (this.#last.state === "running") this.#timer = setTimeout(() => this.follow(), POLL_MS);
  }

  /** There are so many corrections now. */
  set corrections(number) {
    this.#corrections = number;
    this.#showButton();
  }

  async #do(act, words, isNewNetwork = false) {
    this.#tell("");
    try {
      await act();
      await this.follow();
      if (isNewNetwork) await this.#onNewNetwork(); // before the page says that it changed
      this.#tell(say(words));
      byId(this.#last.state === "running" ? "teach-cancel" : "teach").focus();
    } catch (problem) {
      this.#tell(problem.message);
    }
  }

  #show(now) {
    const before = this.#last.state;
    this.#last = now;
    show(byId("teach-running"), now.state === "running");
    show(byId("teach-result"), now.state === "ready");
    show(byId("teach-back"), now.taught && now.state !== "running" && now.state !== "ready");
    this.#showButton();
    if (now.state === "running") this.#showProgress(now.progress);
    if (now.state === "ready") this.#showResult(now.result);
    if (before === "running" && now.state === "ready") {
      announce(byId("teach-caption").textContent);
      this.#tell("");
      byId("teach-accept").focus({ preventScroll: true });
    }
    if (now.state === "failed") this.#tell([say("teach-failed"), now.message].filter(Boolean).join(" "));
  }

  #showButton() {
    const { state } = this.#last;
    const isMissing = state === "unavailable" || this.#hint !== null;
    const hint = byId("teach-hint");
    hint.textContent = isMissing ? say("teach-missing", { hint: this.#hint ?? this.#last.message ?? "" }) : "";
    show(hint, isMissing);
    const button = byId("teach");
    show(button, !isMissing && state !== "running" && state !== "ready");
    button.disabled = this.#corrections === 0;
    const words = ["teach-empty", "teach-one"][this.#corrections] ?? "teach";
    button.textContent = say(words, { count: count(this.#corrections) });
  }

  #showProgress(progress) {
    byId("teach-bar").value = progress;
    byId("teach-words").textContent = say("teach-running", { percent: percent(progress) });
  }

  #showResult({ mnist, corrections, seconds }) {
    byId("teach-caption").textContent = say("teach-ready", { seconds: count(Math.round(seconds)) });
    byId("teach-rows").replaceChildren(
      resultRow(say("measured-corrections"), corrections), resultRow(say(`measured-${mnist.name}`), mnist));
  }

  #tell(text) {
    byId("teach-message").textContent = text;
    show(byId("teach-message"), text !== "");
    if (text) announce(text);
  }
}

function sayObstacle({ teach_obstacle: code, teach_hint: hint }) {
  const key = `teach-obstacle-${code}`;
  return canSay(key) ? say(key) : hint;
}

function resultRow(name, { old, new: fresh, examples }) {
  const figure = (share) => make("td", { className: "number", textContent: share === null ? "–" : accuracy(share) });
  const number = examples ? say("examples", { count: count(examples) }) : say("examples-none");
  const head = make("th", { scope: "row" }, name, make("small", { textContent: number }));
  const change = make("td", { className: "number" });
  if (old !== null && fresh !== null) {
    const kind = fresh > old ? "better" : fresh < old ? "worse" : "same";
    change.className = `number ${kind}`;
    change.append(say("points", { points: points(fresh - old) }), make("small", { textContent: say(kind) }));
  }
  return make("tr", {}, head, figure(old), figure(fresh), change);
}
