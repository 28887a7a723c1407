// The figures of a teaching, and what they come to. Knows nothing of the server.

import { make } from "./dom.js";
import { accuracy, canSay, count, points, say } from "./language.js";

/** Return the rows of a table with everything that was measured. */
export function resultRows({ mnist, corrections, lines, composed, learned }) {
  const known = canSay(`measured-${mnist.name}`) ? say(`measured-${mnist.name}`) : say("measured-known", { name: mnist.name });
  const rows = [
    [say("measured-learned-digits"), learned?.digits, "examples"], [say("measured-corrections"), corrections, "examples"],
    [say("measured-learned-lines"), learned?.lines, "examples-lines"], [say("measured-lines"), lines, "examples-lines"],
    [known, mnist, "examples"], [say("measured-composed"), composed, "examples-lines"],
  ];
  return rows.filter(([, figures]) => figures?.examples).map((row) => resultRow(...row));
}

/** Return in words how many of the corrections are read right, for networks that wait (`now`) or are in use (`then`). */
export function correctionsRead({ corrections, lines, learned }, when) {
  const measured = [corrections, lines, learned?.digits, learned?.lines].filter((figures) => figures?.examples);
  const sum = (right) => measured.reduce((total, figures) => total + Math.round(right(figures) * figures.examples), 0);
  if (!measured.length) return "";
  return say(`teach-${when}`, { right: count(sum((figures) => figures.new)), before: count(sum((figures) => figures.old)),
    count: count(sum(() => 1)) });
}

function resultRow(name, { old, new: fresh, examples }, kindOfExamples) {
  const figure = (share) => make("td", { className: "number", textContent: accuracy(share) });
  const head = make("th", { scope: "row" }, name, make("small", { textContent: say(kindOfExamples, { count: count(examples) }) }));
  const kind = fresh > old ? "better" : fresh < old ? "worse" : "same";
  const change = make("td", { className: `number ${kind}` }, say("points", { points: points(fresh - old) }),
    make("small", { textContent: say(kind) }));
  return make("tr", {}, head, figure(old), figure(fresh), change);
}
