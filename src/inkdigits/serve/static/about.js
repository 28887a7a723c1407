// Which networks answer, how well they do and where they come from. Knows nothing of reading.

import { byId, make } from "./dom.js";
import { accuracy, count, say } from "./language.js";

const DOCUMENTS = "https://github.com/inkdigits/inkdigits#readme";
const SERVING = "https://github.com/inkdigits/inkdigits/blob/main/docs/how-to/serving.md";

/** Say below the answer which network gave it: the one for digits, or those for lines. */
export function showAnswerer(model, isDigit) {
  const network = isDigit ? model.digit : model.lines[0];
  const { accuracy: share } = network.measured;
  const figures = share ? say("answerer-figures", { percent: accuracy(share), what: testedOn(network, isDigit) }) : "";
  byId("answerer-words").textContent = `${say(`answerer-${network.origin}`, { name: nameOf(network) })} ${figures}`;
}

/** List everything that is known of the networks, with links. */
export function showAbout(model) {
  byId("network").textContent = say("network", { version: model.version });
  const names = model.lines.map((_, at) => say("about-lines", { number: count(at + 1) }));
  byId("about-networks").replaceChildren(...[model.digit, ...model.lines].map((network, at) =>
    make("div", {}, make("h3", { textContent: at ? names[at - 1] : say("about-digit") }), make("dl", {}, ...rowsOf(network, at === 0)))));
  const links = [["runs", "#learn"], ["documents", DOCUMENTS], ["http", SERVING], ["openapi", "openapi.json"]];
  if (model.digit.report) links.unshift(["report", model.digit.report]);
  byId("about-links").replaceChildren(...links.map(([name, href]) =>
    make("li", {}, make("a", { href, textContent: say(`about-${name}`), rel: "noreferrer" }))));
}

const nameOf = ({ provenance, file }) => provenance.recipe ?? provenance.taught_from?.recipe ?? file;

function testedOn({ provenance, measured }, isDigit) {
  const number = count(measured.examples ?? 0);
  if (!isDigit) return say("answerer-lines", { count: number });
  return say("answerer-test", { count: number, name: provenance.dataset?.name ?? provenance.replayed ?? "" });
}

function rowsOf(network, isDigit) {
  const { provenance, measured, file } = network;
  const { dataset, seed, command, exported, taught, versions } = provenance;
  const errors = measured.examples ? say("about-errors", { percent: accuracy(measured.accuracy), errors: count(measured.errors),
    what: testedOn(network, isDigit) }) : null;
  const learned = dataset ? say("about-digits", { name: dataset.name, count: count(dataset.train ?? 0) }) : null;
  const made = [exported ?? taught, versions?.inkdigits && `Inkdigits ${versions.inkdigits}`, versions?.torch && `torch ${versions.torch}`];
  const rows = { recipe: nameOf(network), file, figures: errors, learned, seed: seed ?? null, command: command ?? null,
    made: made.filter(Boolean).join(", ") || null };
  return Object.entries(rows).filter(([, value]) => value !== null).flatMap(([name, value]) => [
    make("dt", { textContent: say(`about-${name}`) }),
    make("dd", {}, name === "command" ? make("code", { textContent: value }) : String(value))]);
}
