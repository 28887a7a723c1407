// The look into a network: ten test digits, first weights, what it confuses. Knows nothing of how it is trained.

import { byId, make } from "./dom.js";
import { count, percent, say } from "./language.js";

const SIDE = 28;

/** base64 -> bytes. */
const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/** Return the colours of the page's theme as [red, green, blue]. */
function themeColours() {
  const style = getComputedStyle(document.documentElement);
  const parse = (name) => style.getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  return { accent: parse("--accent"), wrong: parse("--wrong"), surface: parse("--surface") };
}

/** Paint bytes as pixels; `colours` has the [red, green, blue] of each of the 256. */
function paint(canvas, width, height, pixels, colours) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(width, height);
  for (let at = 0; at < width * height; at += 1) {
    const [red, green, blue] = colours[pixels[at]];
    picture.data[4 * at] = red;
    picture.data[4 * at + 1] = green;
    picture.data[4 * at + 2] = blue;
    picture.data[4 * at + 3] = 255;
  }
  pen.putImageData(picture, 0, 0);
}

const GREYS = Array.from({ length: 256 }, (_, level) => [level, level, level]);

/** Return the colour of each signed byte in the page's theme: none at 0, full at 127 and -127. */
function signedColours() {
  const { accent, wrong, surface } = themeColours();
  return GREYS.map((_, byte) => {
    const level = byte > 127 ? byte - 256 : byte;
    const towards = level > 0 ? accent : wrong;
    const share = Math.min(1, Math.abs(level) / 127);
    return surface.map((value, channel) => Math.round(value + share * (towards[channel] - value)));
  });
}

export class Pictures {
  #classes = [];
  #examples = [];
  #tiles = [];
  #last = null;

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.relabel());
  }

  /** Say everything in the language of the page. */
  relabel() {
    if (this.#last) this.show(this.#last);
  }

  /** A training begins: its classes, and the digits whose answers are shown. */
  start({ classes, examples }) {
    this.#classes = classes;
    this.#examples = examples;
    this.#tiles = examples.map(({ image }) => {
      const canvas = make("canvas", { className: "form", "aria-hidden": "true" });
      paint(canvas, SIDE, SIDE, bytes(image), GREYS);
      const answer = make("span", { className: "ten-answer" });
      return { answer, item: make("li", {}, canvas, answer) };
    });
    byId("learn-ten").replaceChildren(...this.#tiles.map(({ item }) => item));
  }

  /** Show the network as it is now. */
  show(snapshot) {
    this.#last = snapshot;
    byId("learn-inside-step").textContent = say("learn-inside-step", { step: count(snapshot.step) });
    this.#showTen(snapshot.answers);
    this.#showWeights(snapshot.weights);
    this.#showConfusion(snapshot.confusion, snapshot.digits);
  }

  #showTen(answers) {
    answers.forEach((shares, number) => {
      const tile = this.#tiles[number];
      if (!tile) return;
      const best = shares.indexOf(Math.max(...shares));
      const isRight = best === this.#examples[number].label;
      tile.item.className = isRight ? "right" : "misread";
      tile.answer.replaceChildren(make("b", { textContent: this.#classes[best] }), ` ${percent(shares[best])}`);
      tile.item.setAttribute("aria-label", say(isRight ? "ten-right" : "ten-wrong", {
        label: this.#classes[this.#examples[number].label], read: this.#classes[best], percent: percent(shares[best]) }));
    });
  }

  #showWeights(weights) {
    const place = byId("learn-weights");
    if (!weights) {
      byId("learn-weights-note").textContent = say("learn-weights-none");
      place.replaceChildren();
      return;
    }
    const { images, width, height, count: all } = weights;
    byId("learn-weights-note").textContent = say(images.length < all ? "learn-weights-some" : "learn-weights-all", {
      shown: count(images.length), count: count(all), size: `${height}×${width}` });
    while (place.children.length < images.length) place.append(make("canvas"));
    while (place.children.length > images.length) place.lastChild.remove();
    place.classList.toggle("small", width < SIDE);
    const colours = signedColours();
    images.forEach((text, number) => paint(place.children[number], width, height, bytes(text), colours));
  }

  #showConfusion(confusion, digits) {
    const right = confusion.reduce((sum, row, number) => sum + row[number], 0);
    byId("learn-confusion-note").textContent = say("learn-confusion-note", {
      right: count(right), count: count(digits), percent: percent(right / Math.max(1, digits)) });
    const names = this.#classes;
    const head = make("tr", {}, make("td"), ...names.map((name) => make("th", { scope: "col", textContent: name })));
    const rows = confusion.map((row, label) => {
      const most = Math.max(1, ...row);
      return make("tr", {}, make("th", { scope: "row", textContent: names[label] }), ...row.map((number, read) => {
        const cell = make("td", { textContent: number || "", className: read === label ? "right" : number ? "misread" : "" });
        cell.style.setProperty("--share", number / most);
        return cell;
      }));
    });
    const caption = make("caption", { className: "hidden", textContent: say("learn-confusion-caption") });
    byId("learn-confusion").replaceChildren(caption, make("thead", {}, head), make("tbody", {}, ...rows));
  }
}
