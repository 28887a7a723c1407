// What is on the pad: strokes as data. Knows nothing of the screen.
//
// A stroke is { width, points }, a point { x, y, pressure }. Lengths are in widths of the pad, so that a drawing keeps
// its shape on any screen; pressure 1 is the pen's full width.

export class Drawing {
  strokes = [];
  #past = [];
  #future = [];

  get isEmpty() {
    return this.strokes.length === 0;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Begin a stroke. */
  begin(width, point) {
    this.#change([...this.strokes, { width, points: [point] }]);
  }

  /** Go on with the last stroke; a point that lies on the one before is left out. */
  extend(point) {
    const { points } = this.strokes.at(-1);
    const last = points.at(-1);
    if (last.x !== point.x || last.y !== point.y) points.push(point);
  }

  /** Return this drawing made smaller or larger, in the middle of a pad as high as before. */
  scaled(factor) {
    const drawing = new Drawing();
    const shift = (1 - factor) / 2;
    drawing.strokes = this.strokes.map(({ width, points }) => ({
      width: factor * width,
      points: points.map((point) => ({ ...point, x: shift + factor * point.x, y: factor * point.y })),
    }));
    return drawing;
  }

  /** Take the last stroke back, or the last clearing. */
  undo() {
    this.#go(this.#past, this.#future);
  }

  /** Do again what was undone. */
  redo() {
    this.#go(this.#future, this.#past);
  }

  clear() {
    if (!this.isEmpty) this.#change([]);
  }

  #change(strokes) {
    this.#past.push(this.strokes);
    this.#future = [];
    this.strokes = strokes;
  }

  #go(from, to) {
    if (!from.length) return;
    to.push(this.strokes);
    this.strokes = from.pop();
  }
}
