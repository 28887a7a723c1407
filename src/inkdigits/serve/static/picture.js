// A picture from outside -> its reading, with the picture on the page meanwhile. Knows nothing of how answers look.

import { Problem, readPicture } from "./api.js";
import { byId, show } from "./dom.js";
import { count, say } from "./language.js";
import { announce } from "./say.js";
import { MOST_BYTES, fitForSending } from "./shrink.js";

const SLOW_MS = 4000;

/** Longest side that is shown: screens show no more. */
const SHOWN = 1600;

export class Picture {
  #file = null;
  #reading = null;
  #running = null;
  #isUnfinished = false;
  #callbacks;

  /** @param callbacks `onStart()`, `onAnswer(reading)`, `onProblem(error)`, `onStop()`, `onBusy(isBusy)` */
  constructor(callbacks) {
    this.#callbacks = callbacks;
    byId("stop").addEventListener("click", () => {
      this.stop();
      callbacks.onStop();
    });
    for (const option of ["single", "handwritten"]) byId(option).addEventListener("change", () => this.again());
  }

  /** Read a file. */
  async read(file) {
    this.stop();
    this.#file = file;
    this.#reading = null;
    this.#isUnfinished = false;
    const running = new AbortController();
    this.#running = running;
    this.#callbacks.onStart();
    this.#callbacks.onBusy(true);
    showPhoto(false);
    wait(say("shrinking"));
    try {
      const sent = await fitForSending(file);
      if (running.signal.aborted) return;
      if (sent.blob.size > MOST_BYTES) throw new Problem("too-large", "");
      if (sent.bitmap) showBitmap(sent.bitmap);
      if (sent.isShrunk) note("photo-shrunk", { width: count(sent.bitmap.width), height: count(sent.bitmap.height) });
      await this.#send(sent, running.signal);
    } catch (problem) {
      if (!running.signal.aborted) this.#callbacks.onProblem(problem);
    } finally {
      if (this.#running === running) this.stop();
    }
  }

  /** Read the same picture again, if there is one. */
  again() {
    if (this.#file) this.read(this.#file);
  }

  /** Read nothing while something else is shown. */
  leave() {
    this.#isUnfinished ||= this.#running !== null;
    this.stop();
  }

  /** Show the picture and its reading again, or read it now; return whether there is anything to show. */
  comeBack() {
    if (this.#isUnfinished) this.read(this.#file);
    else if (this.#reading) this.#callbacks.onAnswer(this.#reading);
    return this.#isUnfinished || this.#reading !== null || this.#running !== null;
  }

  /** Another picture comes. */
  forget() {
    this.#reading = null;
    this.#isUnfinished = false;
  }

  /** Read nothing any more. */
  stop() {
    this.#running?.abort();
    this.#running = null;
    show(byId("waiting"), false);
    this.#callbacks.onBusy(false);
  }

  async #send({ blob, bitmap }, signal) {
    wait(say("reading"));
    const slow = setTimeout(() => wait(say("still-reading")), SLOW_MS);
    try {
      const reading = await readPicture(blob, {
        single: byId("single").checked, handwritten: byId("handwritten").checked, signal,
      });
      if (signal.aborted) return;
      if (!bitmap) {
        showPaper(reading);
        note("photo-unseen");
      }
      this.#reading = reading;
      this.#callbacks.onAnswer(reading);
    } finally {
      clearTimeout(slow);
    }
  }
}

/** Show the place of the picture, or that for dropping one at its full size. */
function showPhoto(shown) {
  show(byId("photo"), shown);
  byId("drop").classList.toggle("small", shown);
  if (!shown) show(byId("photo-note"), false);
}

function wait(words) {
  byId("waiting-words").textContent = words;
  show(byId("waiting"), true);
  announce(words);
}

function note(key, values) {
  byId("photo-note").textContent = say(key, values);
  show(byId("photo-note"), true);
}

function showBitmap(bitmap) {
  const scale = Math.min(1, SHOWN / Math.max(bitmap.width, bitmap.height));
  const canvas = sizeCanvas(bitmap.width * scale, bitmap.height * scale);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
}

// Where the browser can't show the picture (TIFF), its shape holds the boxes.
function showPaper({ width, height }) {
  const scale = Math.min(1, SHOWN / Math.max(width, height));
  sizeCanvas(width * scale, height * scale);
}

function sizeCanvas(width, height) {
  const canvas = byId("photo-canvas");
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  canvas.setAttribute("aria-label", say("photo"));
  showPhoto(true);
  return canvas;
}
