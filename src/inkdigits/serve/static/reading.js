// What the server read: questions that several parts of the page ask of it. Knows nothing of the page.

import { say } from "./language.js";

/** Below this a drawing does not look like a digit: two of three scribbles are below it, and no digit of 120. */
const UNRECOGNISED = 0.3;

/** Below this an answer is shown as a guess, and a digit among others is marked as doubtful. */
const DOUBTFUL = 0.9;

export const isRecognised = (digit) => digit.confidence >= UNRECOGNISED;

export const isUnsure = (digit) => digit.confidence < DOUBTFUL;

/** Return a refused line in words: what was read in it, and why it is left out. */
export function describeRefused({ text, reason }) {
  const words = say(`reason-${reason}`);
  return text ? say("refused-one", { text, reason: words }) : words;
}

/** Return whether a picture of one digit was refused because it shows several. */
export const isSeveral = ({ refused }) => refused.length > 0 && refused[0].reason === "several-digits";

/** Return the digits of all lines in order, each with its form, the number of its line, and what it was read as. */
export function digitsOf(reading) {
  return reading.lines.flatMap((line, lineNumber) => line.digits.map((digit) => ({ ...digit, lineNumber })))
    .map((digit, number) => ({ ...digit, form: reading.forms[number], read: digit.digit }));
}
