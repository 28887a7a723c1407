// The server's HTTP interface as functions. Knows nothing of the page.

import { canSay, say } from "./language.js";

const MOST_TRIES = 3;
const LONGEST_WAIT_S = 5;

/** An answer that says no: `code` is the server's short word for why. */
export class Problem extends Error {
  constructor(code, detail) {
    super(canSay(`error-${code}`) ? say(`error-${code}`) : say("error", { detail }));
    this.code = code;
  }
}

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener("abort", () => {
    clearTimeout(timer);
    reject(signal.reason);
  });
});

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem("offline", String(error));
  }
}

async function problemOf(response) {
  const told = await response.json().catch(() => ({}));
  return new Problem(told.code ?? String(response.status), told.detail ?? response.statusText);
}

/** Ask; where the server is full, wait as long as it says and ask again. Throws Problem or, when stopped, AbortError. */
export async function ask(path, options = {}) {
  for (let tries = 1; ; tries += 1) {
    const response = await send(path, options);
    if (response.status === 204) return null;
    if (response.ok) return response.json();
    const wait = Number(response.headers.get("Retry-After") ?? NaN);
    if (response.status !== 503 || tries === MOST_TRIES || !(wait <= LONGEST_WAIT_S)) throw await problemOf(response);
    await pause(wait, options.signal);
  }
}

export const asJson = (method, body) => (
  { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

const asPicture = (blob) => (
  { method: "POST", body: blob, headers: { "Content-Type": blob.type || "application/octet-stream" } });

/**
 * Read a picture (a Blob); what is read says which one, and what was asked. `minConfidence` is left to the server where
 * it is null; with `isCandidate` the networks that were taught and wait for a decision read.
 */
export async function readPicture(blob, {
  single = false, handwritten = false, minConfidence = null, isCandidate = false, signal,
} = {}) {
  const query = new URLSearchParams({ single, handwritten, forms: true, candidate: isCandidate });
  if (minConfidence !== null) query.set("min_confidence", minConfidence);
  const reading = await ask(`v1/read?${query}`, { ...asPicture(blob), signal });
  return { ...reading, picture: blob, asked: { single, handwritten, minConfidence } };
}

/** Post a digit's form, a data URL of a PNG, as the picture that the network saw. */
function lookInside(path, form, values, signal) {
  const bytes = Uint8Array.from(atob(form.slice(form.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  const query = new URLSearchParams({ prepared: true, ...values });
  return ask(`v1/${path}?${query}`, { method: "POST", body: bytes, headers: { "Content-Type": "image/png" }, signal });
}

export const getLayers = (signal) => ask("v1/layers", { signal });
export const getActivations = (form, signal) => lookInside("activations", form, {}, signal);
export const getCell = (form, layer, place, signal) => lookInside("activations/cell", form, { layer, ...place }, signal);
export const getEvidence = (form, answer, signal) => lookInside("activations/evidence", form, { answer }, signal);

export const getModel = () => ask("v1/model");

export const getCorrections = () => ask("v1/corrections");
export const addCorrection = (form, label, read) => ask("v1/corrections", asJson("POST", { form, label, read }));
export const removeCorrection = (id) => ask(`v1/corrections/${id}`, { method: "DELETE" });

export const getLines = () => ask("v1/corrections/lines");
export const removeLine = (id) => ask(`v1/corrections/lines/${id}`, { method: "DELETE" });

/** Keep what is really written in a place of a picture. */
export function addLine(blob, { kind, box: [left, top, right, bottom], page, turns, read }, text) {
  const query = new URLSearchParams({ text, left, top, right, bottom, page, turns, cell: kind === "cell" });
  if (read !== null) query.set("read", read);
  return ask(`v1/corrections/lines?${query}`, asPicture(blob));
}

export const getTeaching = () => ask("v1/teaching");
export const startTeaching = () => ask("v1/teaching", { method: "POST" });
export const endTeaching = () => ask("v1/teaching", { method: "DELETE" });
export const acceptTeaching = () => ask("v1/teaching/accept", { method: "POST" });
export const goBack = () => ask("v1/teaching/back", { method: "POST" });
