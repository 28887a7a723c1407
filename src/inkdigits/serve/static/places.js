// The places of a reading whose text can be changed: lines, cells of tables, and lines that were left out. Knows no page.
//
// A place is { kind, box, page, turns, read, written }: `read` is what was read there or null, `written` the same with its
// signs, and `turns` by how many quarters counterclockwise the picture must be turned to have the writing upright.

/** Return `{ lines, rows, refused }`: a place each for lines and refused lines, and per table its rows of places. */
export function placesOf(reading) {
  const rows = reading.tables.map(({ rows: cells, page }) => {
    const turns = turnsOfTable(cells);
    return cells.map((row) => row.map(({ box, text, written }) =>
      ({ kind: "cell", box, page, turns, read: text === "" ? null : written, written })));
  });
  const refused = reading.refused.map((line) => ({ ...placeOf("refused", line), read: null, written: "" }));
  const lines = reading.lines.map((line) => ({ ...placeOf("line", line), read: writtenOf(line), row: rowOf(line, reading) }));
  return { lines, rows, refused };
}

const placeOf = (kind, line) => (
  { kind, box: line.box, page: line.page, turns: turnsOfDigits(line.digits), written: writtenOf(line) });

/** Return the numbers of a line as they are written, with their signs. */
const writtenOf = ({ numbers }) => numbers.map(({ written }) => written).join(" ");

/** Return `[table, row]` of a line that is the row of a table, or null. */
function rowOf({ digits, page }, { tables }) {
  const first = middle(digits[0].box);
  const table = tables.findIndex((each) => each.page === page && holds(each.box, first));
  const row = table < 0 ? -1 : tables[table].rows.findIndex((cells) => cells.some(({ box }) => holds(box, first)));
  return row < 0 ? null : [table, row];
}

export const middle = ([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2];

const holds = ([left, top, right, bottom], [x, y]) => left <= x && x <= right && top <= y && y <= bottom;

const MOST_TILTED = 2;

/** Return the turns of writing that goes from one box to another. */
function turnsAlong(from, to) {
  const [[left, top], [right, bottom]] = [middle(from), middle(to)];
  const [across, down] = [right - left, bottom - top];
  if (Math.abs(down) > MOST_TILTED * Math.abs(across)) return down > 0 ? 1 : 3;
  return across < 0 ? 2 : 0;
}

function turnsOfDigits(digits) {
  return digits.length > 2 ? turnsAlong(digits[0].box, digits.at(-1).box) : 0;
}

function turnsOfTable(rows) {
  const row = rows.find((cells) => cells.length > 1);
  if (row) return turnsAlong(row[0].box, row.at(-1).box);
  // Rows of a table that stands upright go down.
  return rows.length > 1 ? (turnsAlong(rows[0][0].box, rows.at(-1)[0].box) + 3) % 4 : 0;
}
