// The live answer: what is on the pad is read while it is drawn. Knows nothing of how answers look.

import { readPicture } from "./api.js";
import { Latest } from "./latest.js";
import { snapshot } from "./snapshot.js";

/** From one answer to the next question while a stroke is being drawn. */
const PAUSE_MS = 90;

/** Width of the pad in the picture that is sent, and the paper around it: larger ones only take longer to read. */
const SIZES = { digit: { width: 96, margin: 8 }, number: { width: 440, margin: 24 } };

export class Live {
  #pad;
  #onAnswer;
  #onProblem;
  #latest;

  /** "digit" or "number". */
  mode = "digit";

  /**
   * @param pad the Pad
   * @param onAnswer called with a reading, or null where the pad is empty
   * @param onProblem called with an error
   * @param onBusy called with whether the drawing has changed since it was read
   */
  constructor(pad, onAnswer, onProblem, onBusy) {
    this.#pad = pad;
    this.#latest = new Latest((signal) => this.#read(signal), PAUSE_MS, onBusy);
    this.#onAnswer = onAnswer;
    this.#onProblem = onProblem;
  }

  /** The drawing changed, and goes on. */
  changed() {
    this.#latest.soon();
  }

  /** The drawing changed, and rests. */
  ended() {
    this.#latest.now();
  }

  stop() {
    this.#latest.stop();
  }

  async #read(signal) {
    const { strokes, isEmpty } = this.#pad.drawing;
    if (isEmpty) {
      this.#onAnswer(null);
      return;
    }
    const { width, margin } = SIZES[this.mode];
    const picture = snapshot(strokes, width, Math.round(width * this.#pad.height), margin);
    try {
      // All that is on a pad was meant to be read: also what the network is unsure of is shown, and can be corrected.
      const reading = await readPicture(picture, { single: this.mode === "digit", minConfidence: 0, signal });
      if (!signal.aborted) this.#onAnswer(reading);
    } catch (problem) {
      if (!signal.aborted) this.#onProblem(problem);
    }
  }
}
