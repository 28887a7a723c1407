// Tables that were read, as tables whose cells can be changed, and their download. Knows nothing of the server.

import { make, makeIcon, show } from "./dom.js";
import { say } from "./language.js";
import { isUnsure } from "./reading.js";

const FORGET_AFTER_MS = 60000;

/** Show tables with a button each that downloads what stands in them. */
export function showTables(place, tables) {
  place.replaceChildren(...tables.map((table, index) => tableWithButton(table, index + 1)));
  show(place, tables.length > 0);
}

function tableWithButton({ rows }, number) {
  const name = say("table", { number });
  const body = make("tbody", {}, ...rows.map((row, index) => make("tr", {}, ...row.map((cell, column) =>
    make("td", {}, cellField(cell, index + 1, column + 1))))));
  const table = make("table", { "aria-label": name }, body);
  const button = make("button", { type: "button" }, makeIcon("export"), say("table-csv"));
  button.addEventListener("click", () => download(toCsv(body), `table-${number}.csv`));
  return make("div", {}, make("div", { className: "table-scroll" }, table),
    make("p", { className: "note" }, say("table-hint")), button);
}

function cellField(cell, row, column) {
  const unsure = cell.text !== "" && isUnsure(cell);
  return make("input", { type: "text", inputMode: "numeric", value: cell.written, className: unsure ? "unsure" : "",
    "aria-label": say("cell", { row, column }) });
}

/** Return the cells as CSV that no spreadsheet takes for formulas. */
function toCsv(body) {
  const line = (row) => [...row.querySelectorAll("input")].map((field) => quoted(harmless(field.value))).join(",");
  return `${[...body.rows].map(line).join("\n")}\n`;
}

const isFormula = (text) => /^[=+\-@\t\r]/.test(text) && !/^-\.?\d[\d.,']*$/.test(text);

const harmless = (text) => (isFormula(text) ? `'${text}` : text);

const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser may take the file only after this turn: an address revoked at once can leave it with none.
  setTimeout(() => URL.revokeObjectURL(url), FORGET_AFTER_MS);
}
