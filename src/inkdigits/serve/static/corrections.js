// The list of corrections: kept by the server, shown newest first, each can be undone. Knows nothing of teaching.

import { addCorrection, getCorrections, removeCorrection } from "./api.js";
import { byId, make, makeIcon, show } from "./dom.js";
import { count, say } from "./language.js";
import { toast } from "./say.js";

/** As many as two rows hold; the rest on demand. */
const FIRST = 12;

const nameOf = (label) => label ?? say("not-a-digit");

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
    this.#all = (await getCorrections()).corrections;
    this.#changed();
  }

  /** Keep one; return its record. */
  async add(form, label, read) {
    const record = await addCorrection(form, label, read);
    this.#all.unshift(record);
    this.#changed();
    toast(say("corrected", { label: nameOf(label) }), () => this.undo(record));
    return record;
  }

  /** Undo one; tell, where that fails, why. */
  async undo(record) {
    try {
      await removeCorrection(record.id);
    } catch (problem) {
      toast(problem.message);
      return;
    }
    const at = this.#all.findIndex((each) => each.id === record.id);
    this.#all.splice(at, 1);
    this.#changed(record);
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
    const told = { read: record.read ?? say("nothing"), label: nameOf(record.label) };
    const undo = make("button", { type: "button", className: "icon-only", title: say("undo-correction"),
      "aria-label": say("correction-undo", told) }, makeIcon("undo"));
    undo.addEventListener("click", () => this.undo(record));
    return make("li", {},
      make("img", { src: record.form, alt: say("correction-picture", told), className: "form", width: 28, height: 28 }),
      make("span", { textContent: say("correction", told), "aria-hidden": "true" }), undo);
  }
}
