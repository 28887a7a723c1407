// The language of the page, the browser's or a chosen one -> words and numbers in it. Knows nothing of what the page does.

import { remember, remembered } from "./memory.js";
import { strings as english } from "./strings.en.js";
import { strings as insideEnglish } from "./strings.inside.en.js";
import { strings as insideKorean } from "./strings.inside.ko.js";
import { strings as korean } from "./strings.ko.js";
import { strings as learnEnglish } from "./strings.learn.en.js";
import { strings as learnKorean } from "./strings.learn.ko.js";

/** Probabilities outside these would be rounded to nothing or to all. */
const [LEAST, MOST] = [0.005, 0.995];

const modules = {
  en: { ...english, ...insideEnglish, ...learnEnglish },
  ko: { ...korean, ...insideKorean, ...learnKorean },
};

const STORED = "inkdigits-language";

const listeners = [];

export let language;
let words;
let formats;

/** Call a function whenever the page changes its language: with what was said before, it says it anew. */
export const onLanguage = (listener) => { listeners.push(listener); };

/** Change the language of the page, and remember it in this browser. */
export function setLanguage(chosen) {
  use(chosen);
  remember(STORED, chosen);
  fillPage();
  for (const listener of listeners) listener();
}

/** Return the language that the page can change to. */
export const otherLanguage = () => Object.keys(modules).find((each) => each !== language);

function use(chosen) {
  language = chosen;
  words = modules[chosen];
  const format = (options) => new Intl.NumberFormat(chosen, options);
  formats = {
    whole: format({ maximumFractionDigits: 0 }),
    fine: format({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    signed: format({ minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" }),
    plain: format(),
    number: format({ maximumFractionDigits: 3 }),
    day: new Intl.DateTimeFormat(chosen, { dateStyle: "long", timeZone: "UTC" }),
  };
}

use([remembered(STORED), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())].find((tag) => tag in modules) ?? "en");

/** Return the words of `key`, each {name} replaced by what `values` has of that name. */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Return whether there are words for `key`: codes of errors come from the server. */
export const canSay = (key) => key in words;

/** 0.983 -> "98 %", as everywhere in Inkdigits: with a space. */
export const percent = (share) => `${formats.whole.format(share * 100)} %`;

/** 0.983 -> "98 %", but never "0 %" or "100 %": no network is that sure. */
export function probability(share) {
  if (share < LEAST) return say("less-than", { percent: percent(0.01) });
  return share >= MOST ? say("more-than", { percent: percent(0.99) }) : percent(share);
}

/** 0.9962 -> "99.62 %": accuracies, where hundredths count. Rounding turns none below 1 into "100.00 %". */
export const accuracy = (share) => `${formats.fine.format(share < 1 ? Math.min(share * 100, 99.99) : 100)} %`;

/** 0.0012 -> "+0.12": a difference of two accuracies in percentage points. */
export const points = (difference) => formats.signed.format(difference * 100);

export const count = (number) => formats.plain.format(number);

/** 0.12345 -> "0.123". */
export const number = (value) => formats.number.format(value);

/** "2026-11-29" -> "November 29, 2026". */
export const day = (date) => formats.day.format(new Date(date));

/** Put the words of the language into every element of `place` that names a key. */
export function fillPage(place = document) {
  document.documentElement.lang = language;
  for (const element of place.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of place.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
}
