// The list of corrections: kept by the server, shown newest first, each can be undone. Knows nothing of teaching.

import { addCorrection, addLine, getCorrections, getLines, removeCorrection, removeLine } from "./api.js";
import { byId, make, makeIcon, show } from "./dom.js";
import { count, say } from "./language.js";
import { toast } from "./say.js";

/** As many as two rows hold; the rest on demand. */
const FIRST = 12;

export class Corrections {
  #all = [];
  #showsAll = false;
  #onChange;

  /** @param onChange called with the number of corrections, and with one that was undone (else null) */
  constructor(onChange) {
    this.#onChange = onChange;
    byId("corrections-more").addEventListener("click", () => {
      this.#showsAll = true;
      this.show();
      byId("corrections").children[FIRST]?.querySelector("button").focus();
    });
  }

  /** Fetch them. */
  async load() {
    const [{ corrections }, { lines }] = await Promise.all([getCorrections(), getLines()]);
    this.#all = [...corrections, ...lines].sort((one, other) => other.time.localeCompare(one.time));
    this.#changed();
  }

  /** Keep what a digit really is; return the record. */
  addDigit({ form, read }, label) {
    return this.#add(addCorrection(form, label, read));
  }

  /** Keep what is really written in a place of a picture; return the record. */
  addLine(picture, place, text) {
    return this.#add(addLine(picture, place, text));
  }

  async #add(sent) {
    const record = await sent;
    this.#all.unshift(record);
    this.#changed();
    toast(say(`corrected-${kindOf(record)}`, { label: labelOf(record) }), () => this.undo(record));
    return record;
  }

  /** Take one back. */
  async take(record) {
    await (isLine(record) ? removeLine(record.id) : removeCorrection(record.id));
    this.#all.splice(this.#all.indexOf(record), 1);
    this.#changed(record);
  }

  /** Undo one, and tell; where that fails, why. */
  async undo(record) {
    const at = this.#all.indexOf(record);
    try {
      await this.take(record);
    } catch (problem) {
      toast(problem.message);
      return;
    }
    toast(say("correction-undone"));
    // The button that had the focus is gone with its row.
    (byId("corrections").children[Math.min(at, this.#all.length - 1)]?.querySelector("button") ?? byId("pad")).focus();
  }

  #changed(undone = null) {
    this.show();
    this.#onChange(this.#all.length, undone);
  }

  /** Show the list. */
  show() {
    const shown = this.#showsAll ? this.#all : this.#all.slice(0, FIRST);
    byId("corrections").replaceChildren(...shown.map((record) => this.#row(record)));
    byId("corrections-count").textContent = this.#all.length ? count(this.#all.length) : "";
    show(byId("corrections-none"), !this.#all.length);
    show(byId("corrections"), this.#all.length > 0);
    show(byId("export"), this.#all.length > 0);
    show(byId("corrections-more"), shown.length < this.#all.length);
  }

  #row(record) {
    const words = say(`correction-${kindOf(record)}`, { read: record.read || say("nothing"), label: labelOf(record) });
    const undo = make("button", { type: "button", className: "icon-only", title: say("undo-correction"),
      "aria-label": say("correction-undo", { correction: words }) }, makeIcon("undo"));
    undo.addEventListener("click", () => this.undo(record));
    const size = isLine(record) ? { className: "line-picture" } : { className: "form", width: 28, height: 28 };
    return make("li", { className: isLine(record) ? "of-line" : "" },
      make("img", { src: record.form, alt: say("correction-picture", { correction: words }), ...size }),
      make("span", { textContent: words, "aria-hidden": "true" }), undo);
  }
}

const isLine = (record) => "text" in record;

const labelOf = (record) => (isLine(record) ? record.text : record.label);

/** Return what a correction says: that it is something, no digit, or nothing that can be read. */
function kindOf(record) {
  if (labelOf(record)) return "is";
  return isLine(record) ? "empty" : "none";
}
