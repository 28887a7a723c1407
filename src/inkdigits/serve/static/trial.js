// The answer of networks that were taught and wait for a decision, beside the answer of those in use.

import { readPicture } from "./api.js";
import { byId, show } from "./dom.js";
import { probability, say } from "./language.js";
import { Latest } from "./latest.js";

const PAUSE_MS = 90;

export class Trial {
  #reading = null;
  #latest = new Latest((signal) => this.#ask(signal), PAUSE_MS, () => {});

  constructor() {
    byId("teach-try").addEventListener("change", () => this.show(this.#reading));
  }

  /** There are networks to try, or none any more. */
  set isPossible(is) {
    if (is) return;
    byId("teach-try").checked = false;
    this.show(this.#reading);
  }

  /** Something was read, or nothing for null: read it with the new networks, too, if that is wanted. */
  show(reading) {
    this.#reading = reading;
    const isWanted = byId("teach-try").checked && reading !== null;
    show(byId("trial"), isWanted);
    if (isWanted) this.#latest.soon();
    else this.#latest.stop();
  }

  async #ask(signal) {
    const { picture, asked } = this.#reading;
    try {
      const fresh = await readPicture(picture, { ...asked, isCandidate: true, signal });
      if (!signal.aborted) this.#tell(this.#reading, fresh);
    } catch (problem) {
      if (!signal.aborted) byId("trial").textContent = problem.message;
    }
  }

  #tell(reading, fresh) {
    const [before, after] = [answerOf(reading), answerOf(fresh)];
    byId("trial").textContent = say(before.text === after.text ? "trial-same" : "trial-other",
      { text: after.text, old: before.text, percent: after.percent });
    byId("trial").classList.toggle("other", before.text !== after.text);
  }
}

/** Return what was read, and how surely the least sure line of it. */
function answerOf({ text, lines }) {
  const confidence = Math.min(...lines.map((line) => line.confidence));
  return lines.length ? { text: text.replaceAll("\n", ", "), percent: probability(confidence) }
    : { text: say("nothing"), percent: "–" };
}
