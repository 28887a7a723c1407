// The texts of a reading as fields that can be changed: lines, cells of tables, and lines that were left out.

import { byId, make, show } from "./dom.js";
import { say } from "./language.js";
import { describeRefused, isUnsure } from "./reading.js";
import { showTables } from "./tables.js";
import { TextField } from "./text-field.js";

export class Texts {
  #onText;
  #edits = null;
  #fields = [];

  /** @param onText called with a place and what is really written there */
  constructor(onText) {
    this.#onText = onText;
  }

  /** Show the texts of a reading, those of lines in the list that has a row for each. */
  show(reading) {
    const { lines, rows, refused } = reading.edits.places;
    this.#edits = reading.edits;
    this.#fields = [];
    lines.forEach((place, number) => {
      // The row of a table has its cells.
      if (place.row) return;
      const field = this.#field(place, reading.lines[number], say("line-text", { line: number + 1 }));
      byId("lines").children[number].prepend(field.element);
    });
    showTables(byId("tables"), rows.map((table, index) => table.map((cells, row) => cells.map((place, column) =>
      this.#field(place, reading.tables[index].rows[row][column], say("cell", { row: row + 1, column: column + 1 }))))));
    byId("refused-lines").replaceChildren(...refused.map((place, number) => {
      const words = describeRefused(reading.refused[number]);
      return make("li", {}, this.#field(place, null, say("refused-text", { text: words })).element, words);
    }));
    show(byId("refused"), refused.length > 0);
    this.showChanges();
  }

  /** Show the texts as they are now. */
  showChanges() {
    byId("text").textContent = this.#edits.text;
    show(byId("text-line"), this.#edits.text !== "");
    for (const { field, place, read } of this.#fields) {
      const isCorrected = this.#edits.isChanged(place);
      field.show(this.#edits.textOf(place), { isUnsure: read !== null && read.text !== "" && isUnsure(read), isCorrected });
    }
  }

  #field(place, read, label) {
    const field = new TextField(label, (text) => this.#onText(place, text));
    this.#fields.push({ field, place, read });
    return field;
  }
}
