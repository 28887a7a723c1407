// What was changed in a reading, and the text that it has now. Knows nothing of the page and of where changes are kept.

import { middle, placesOf } from "./places.js";

const isDigit = (character) => character >= "0" && character <= "9";

export class Edits {
  #reading;
  #labels = new Map(); // number of a digit -> what it really is, null for no digit
  #texts = new Map(); // place -> what is really written there

  constructor(reading) {
    this.#reading = reading;
    this.places = placesOf(reading);
    let digits = 0;
    // Which digits of the reading stand in which line, and in which cell of a row.
    this.places.lines.forEach((place, number) => {
      place.first = digits;
      if (place.row) this.#countCells(place.row, digits);
      digits += reading.lines[number].digits.length;
    });
  }

  #countCells([table, row], first) {
    let digits = first;
    for (const cell of this.places.rows[table][row]) {
      cell.first = digits;
      digits += [...cell.written].filter(isDigit).length;
    }
  }

  get labels() {
    return this.#labels;
  }

  /** A digit is really this; undefined for what was read. */
  setLabel(number, label) {
    if (label === undefined) this.#labels.delete(number);
    else this.#labels.set(number, label);
  }

  /** In a place really stands this; undefined for what was read. */
  setText(place, text) {
    if (text === undefined) this.#texts.delete(place);
    else this.#texts.set(place, text);
  }

  /** Return whether anything was changed. */
  get isEmpty() {
    return this.#labels.size === 0 && this.#texts.size === 0;
  }

  /** Return whether the text of a place was changed. */
  isChanged(place) {
    return this.#texts.has(place);
  }

  /** Return what stands in a place now, with its signs. */
  textOf(place) {
    return this.#texts.get(place) ?? this.#relabelled(place.written, place.first);
  }

  /** Return the whole text as it is now, line by line. */
  get text() {
    const lines = this.places.lines.map((place, number) => [place, this.#lineText(place, number)]);
    for (const [place, text] of this.#added()) insert(lines, place, text);
    return lines.map(([, text]) => text).filter((text) => text !== "").join("\n");
  }

  #lineText(place, number) {
    if (place.row) return this.#rowText(...place.row);
    return this.#texts.get(place) ?? this.#relabelled(this.#reading.lines[number].text, place.first);
  }

  #rowText(table, row) {
    return this.places.rows[table][row].map((cell) => this.textOf(cell)).join("");
  }

  /** Return what was added: to rows of tables in which nothing was read, and for lines that were left out. */
  #added() {
    const read = new Set(this.places.lines.map(({ row }) => String(row)));
    const rows = this.places.rows.flatMap((of, table) => of.map((cells, row) => [cells[0], `${table},${row}`, table, row]));
    return [
      ...rows.filter(([, name]) => !read.has(name)).map(([place, , table, row]) => [place, this.#rowText(table, row)]),
      ...this.places.refused.filter((place) => this.#texts.has(place)).map((place) => [place, this.#texts.get(place)]),
    ];
  }

  #relabelled(text, first) {
    let number = (first ?? NaN) - 1;
    return [...text].map((character) => {
      if (!isDigit(character)) return character;
      number += 1;
      return this.#labels.has(number) ? this.#labels.get(number) ?? "" : character;
    }).join("");
  }
}

/** Put a text among lines, before the first one that stands further down. */
function insert(lines, place, text) {
  const height = middle(place.box)[1];
  const isBelow = ([other]) => other.page > place.page || (other.page === place.page && middle(other.box)[1] > height);
  const at = lines.findIndex(isBelow);
  lines.splice(at < 0 ? lines.length : at, 0, [place, text]);
}
