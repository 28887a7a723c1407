// From a change of the answer to a correction that the server keeps, and back when it is undone. Knows nothing of looks.

import { CorrectDialog } from "./correct.js";
import { say } from "./language.js";
import { toast } from "./say.js";

/** What the server takes as text of a line; other text stays on the page. */
const TEACHABLE = /^[0-9.,'\-/:+x=() ]*$/;

export class Correcting {
  #dialog;
  #corrections;
  #onChange;
  #kept = new Map(); // record -> { edits, of: number of a digit or place, forget }
  #last = Promise.resolve();

  /** Whether the server keeps corrections. */
  isKeeping = false;

  /**
   * @param digits the names of the classes
   * @param corrections the Corrections that the server keeps
   * @param onChange called with a reading that was changed
   */
  constructor(digits, corrections, onChange) {
    this.#dialog = new CorrectDialog(digits);
    this.#corrections = corrections;
    this.#onChange = onChange;
  }

  /** Ask what a digit of a reading really is, unless `label` says so, and keep that; return whether it was said. */
  async digit(reading, digit, number, { label, suggestion }) {
    const said = label ?? await this.#dialog.ask(digit, suggestion);
    if (said === undefined) return false;
    const change = (value) => reading.edits.setLabel(number, value);
    await this.#inTurn(reading, number, change, said, digit.read, () => this.#corrections.addDigit(digit, said));
    return true;
  }

  /** Keep what is really written in a place of a reading. */
  async text(reading, place, text) {
    const change = (value) => reading.edits.setText(place, value);
    // What was typed stays on the page, whatever the server makes of it.
    change(text);
    this.#onChange(reading);
    if (this.isKeeping && !TEACHABLE.test(text)) toast(say("text-not-kept"));
    const keeps = this.isKeeping && TEACHABLE.test(text);
    await this.#inTurn(reading, place, change, text, place.read ?? "",
      keeps ? () => this.#corrections.addLine(reading.picture, place, text) : null);
  }

  /** A correction was undone: what it was of is as it was read. */
  undone(record) {
    const kept = this.#kept.get(record);
    this.#kept.delete(record);
    kept?.forget();
  }

  /** One after the other: a change may replace the correction that the one before is still making. */
  #inTurn(...change) {
    this.#last = this.#last.then(() => this.#keep(...change));
    return this.#last;
  }

  async #keep(reading, of, change, value, read, send) {
    try {
      const [before] = [...this.#kept].find(([, kept]) => kept.edits === reading.edits && kept.of === of) ?? [];
      if (before) await this.#corrections.take(before);
      // That a scribble is no digit is worth learning, also where the page doubted it.
      if (value === read && value !== null) {
        change(undefined);
        if (this.isKeeping) toast(say("confirmed"));
      } else if (send) {
        const record = await send();
        this.#kept.set(record, { edits: reading.edits, of, forget: () => {
          change(undefined);
          this.#onChange(reading);
        } });
        change(value);
      }
    } catch (problem) {
      toast(problem.message);
    }
    this.#onChange(reading);
  }
}
