// The pad on the screen: mouse, touch and pen make strokes, and they are shown. Knows nothing of reading.

import { Drawing } from "./drawing.js";
import { drawStrokes } from "./ink.js";

const LIGHTEST = 0.35;

/** Calls `onChange` after every change, and `onEnd` when a stroke is finished, undone, redone or cleared. */
export class Pad {
  drawing = new Drawing();
  strokeWidth = 0.055;
  #canvas;
  #onChange;
  #onEnd;
  #pointer = null;
  #penSeen = false;
  #waiting = false;

  constructor(canvas, { onChange, onEnd }) {
    this.#canvas = canvas;
    this.#onChange = onChange;
    this.#onEnd = onEnd;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.#up(event));
    new ResizeObserver(() => this.show()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
  }

  /** Height of the pad where its width is 1. */
  get height() {
    return this.#canvas.clientHeight / this.#canvas.clientWidth || 1;
  }

  get isDrawing() {
    return this.#pointer !== null;
  }

  begin(point) {
    this.drawing.begin(this.strokeWidth, point);
    this.#changed();
  }

  extend(point) {
    this.drawing.extend(point);
    this.#changed();
  }

  end() {
    this.#onEnd();
  }

  undo() {
    this.drawing.undo();
    this.#changed();
    this.#onEnd();
  }

  redo() {
    this.drawing.redo();
    this.#changed();
    this.#onEnd();
  }

  clear() {
    this.drawing.clear();
    this.#changed();
    this.#onEnd();
  }

  /** Take another drawing onto the pad. */
  take(drawing) {
    this.drawing = drawing;
    this.show();
    this.#onEnd();
  }

  /** Draw with the screen's own pixels, at the next frame. */
  show() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #changed() {
    this.show();
    this.#onChange();
  }

  #draw() {
    const canvas = this.#canvas;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * devicePixelRatio));
    if (!width) return;
    // Setting a size, even the same, empties the canvas.
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = pen.strokeStyle = getComputedStyle(canvas).color;
    drawStrokes(pen, this.drawing.strokes, width);
  }

  #down(event) {
    if (event.pointerType === "pen") this.#penSeen = true;
    // A second finger, another button, or the hand that rests beside the pen draws nothing.
    const palm = this.#penSeen && event.pointerType === "touch";
    if (this.isDrawing || event.button !== 0 || !event.isPrimary || palm) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.begin(this.#point(event));
  }

  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.drawing.extend(this.#point(each));
    this.#changed();
  }

  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.end();
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    // Only pens feel pressure: a mouse says 0.5 throughout, and fingers whatever the device makes up.
    const pressure = event.pointerType === "pen" && event.pressure ? LIGHTEST + 1.3 * event.pressure : 1;
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.width, pressure };
  }
}
