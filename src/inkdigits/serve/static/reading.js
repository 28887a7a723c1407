// What the server read: questions that several parts of the page ask of it. Knows nothing of the page.

/** Below this an answer is shown as a guess. */
export const UNSURE = 0.5;

/** Below this a digit among others is marked as doubtful. */
const DOUBTFUL = 0.9;

export const isUnsure = (digit) => digit.confidence < DOUBTFUL;

/** Return the digits of all lines in order, each with its form and the number of its line. */
export function digitsOf(reading) {
  return reading.lines.flatMap((line, lineNumber) => line.digits.map((digit) => ({ ...digit, lineNumber })))
    .map((digit, number) => ({ ...digit, form: reading.forms[number] }));
}
