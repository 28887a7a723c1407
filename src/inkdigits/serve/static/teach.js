// Teaching the network from the corrections: start, progress, comparison, decision. Knows nothing of reading.

import { acceptTeaching, endTeaching, getTeaching, goBack, startTeaching } from "./api.js";
import { byId, show } from "./dom.js";
import { canSay, count, day, percent, say } from "./language.js";
import { announce } from "./say.js";
import { correctionsRead, resultRows } from "./teach-result.js";
import { Trial } from "./trial.js";

const POLL_MS = 500;

export class Teaching {
  #corrections = 0;
  #hint = null;
  #timer = 0;
  #last = { state: "idle" };
  #onNewNetwork;

  /** Shows what networks that wait for a decision would answer. */
  trial = new Trial();

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
      if (this.#last.state === "running") announce(say(words)); // the bar shows it
      else this.#tell(say(words));
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
    this.trial.isPossible = now.state === "ready";
    this.#showInUse(now.in_use);
    show(byId("teach-back"), now.taught && now.state !== "running" && now.state !== "ready");
    this.#showButton();
    if (now.state === "running") this.#showProgress(now.progress);
    if (now.state === "ready") this.#showResult(now.result);
    if (before === "running" && now.state === "ready") {
      announce([byId("teach-caption"), byId("teach-verdict")].map(({ textContent }) => textContent).join(" "));
      this.#tell("");
      byId("teach-decide").firstElementChild.focus({ preventScroll: true });
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
    this.#showWay(isMissing);
  }

  /** Show below the answer the way to here: there may be a whole network between. */
  #showWay(isMissing) {
    const { state, progress } = this.#last;
    const isBusy = state === "running" || state === "ready";
    show(byId("to-teaching"), !isMissing && (isBusy || this.#corrections > 0));
    byId("to-teaching-link").textContent = state === "running" ? say("teach-running", { percent: percent(progress) })
      : say(isBusy ? "to-decision" : "to-teaching", { count: count(this.#corrections) });
  }

  #showProgress(progress) {
    byId("teach-bar").value = progress;
    byId("teach-words").textContent = say("teach-running", { percent: percent(progress) });
  }

  #showResult(result) {
    byId("teach-caption").textContent = say("teach-ready", { seconds: count(Math.round(result.seconds)) });
    byId("teach-verdict").textContent =
      [correctionsRead(result, "now"), result.reason ? say(`teach-${result.reason}`) : ""].filter(Boolean).join(" ");
    byId("teach-rows").replaceChildren(...resultRows(result));
    // What the figures speak for comes first.
    const [accept, discard] = [byId("teach-accept"), byId("teach-discard")];
    accept.classList.toggle("primary", result.recommended);
    discard.classList.toggle("primary", !result.recommended);
    const [first, second] = result.recommended ? [accept, discard] : [discard, accept];
    if (first.nextElementSibling !== second) second.before(first);
  }

  /** Show which networks are in use, since when, and how well they do. */
  #showInUse(version) {
    show(byId("teach-used"), Boolean(version));
    if (!version) return;
    const { date, name, result } = version;
    byId("teach-used-title").textContent = date ? say("teach-used", { name, date: day(date) }) : say("teach-used-undated", { name });
    byId("teach-used-verdict").textContent = result ? correctionsRead(result, "then") : "";
    byId("teach-used-rows").replaceChildren(...(result ? resultRows(result) : []));
    show(byId("teach-used-table"), Boolean(result));
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
