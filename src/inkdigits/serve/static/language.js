// The browser's language -> words and numbers in it. Knows nothing of what the page does.

import { strings as english } from "./strings.en.js";
import { strings as korean } from "./strings.ko.js";

/** Probabilities outside these would be rounded to nothing or to all. */
const [LEAST, MOST] = [0.005, 0.995];

const modules = { en: english, ko: korean };

export const language = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())
  .find((tag) => tag in modules) ?? "en";

const words = modules[language];

/** Return the words of `key`, each {name} replaced by what `values` has of that name. */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Return whether there are words for `key`: codes of errors come from the server. */
export const canSay = (key) => key in words;

const whole = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2 });
const signed = new Intl.NumberFormat(language, {
  minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero",
});
const plain = new Intl.NumberFormat(language);

/** 0.983 -> "98%". */
export const percent = (share) => whole.format(share);

/** 0.983 -> "98%", but never "0%" or "100%": no network is that sure. */
export function probability(share) {
  if (share < LEAST) return say("less-than", { percent: whole.format(0.01) });
  return share >= MOST ? say("more-than", { percent: whole.format(0.99) }) : whole.format(share);
}

/** 0.9962 -> "99.62%": accuracies, where hundredths count. */
export const accuracy = (share) => fine.format(share);

/** 0.0012 -> "+0.12": a difference of two accuracies in percentage points. */
export const points = (difference) => signed.format(difference * 100);

export const count = (number) => plain.format(number);

/** Put the words of the language into every element that names a key. */
export function fillPage() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
}
