// Tables that were read, as tables whose cells can be changed, and their download. Knows nothing of the server.

import { make, makeIcon, show } from "./dom.js";
import { say } from "./language.js";

const FORGET_AFTER_MS = 60000;

/**
 * Show tables with a button each that downloads what stands in them.
 *
 * @param place the element to show them in
 * @param tables rows of TextFields each
 */
export function showTables(place, tables) {
  place.replaceChildren(...tables.map((rows, index) => tableWithButton(rows, index + 1)));
  show(place, tables.length > 0);
}

function tableWithButton(rows, number) {
  const body = make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(({ element }) => make("td", {}, element)))));
  const table = make("table", { "aria-label": say("table", { number }) }, body);
  const button = make("button", { type: "button" }, makeIcon("export"), say("table-csv"));
  button.addEventListener("click", () => download(toCsv(body), `table-${number}.csv`));
  return make("div", {}, make("div", { className: "table-scroll" }, table),
    make("p", { className: "note" }, say("table-hint")), button);
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
