// Feature maps, weights and units as pictures on a canvas: one tile each, a square for every value. Knows nothing of
// where the values come from.

const GAP = 4;
const UNIT_GAP = 2;
const LARGEST_CELL = 12;
const LINES = 4;
const SHADES = 255;

/** Return an array as the server packs it, as { shape: [tiles, rows, columns], values, most }. */
export function unpack({ shape, dtype, values, low, high }) {
  const bytes = bytesOf(values);
  const numbers = dtype === "float32" ? new Float32Array(bytes.buffer) : new Float32Array(bytes.length);
  const step = (high - low) / 255;
  if (dtype === "uint8") for (let at = 0; at < bytes.length; at += 1) numbers[at] = low + bytes[at] * step;
  return { shape: tiled(shape), values: numbers, most: Math.max(-low, high) };
}

// A plain loop: `from` with a function is slower, and this is done with every stroke.
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Units are tiles of one square. */
export function tiled(shape) {
  if (shape.length === 3) return shape;
  return shape.length === 2 ? [1, ...shape] : [shape[0], 1, 1];
}

/**
 * Return { cell, across, step, ... }: how tiles lie in a width of so many pixels.
 *
 * @param shape [tiles, rows, columns]
 * @param width in pixels
 * @param wanted how wide a tile should be; narrower ones are taken where there would be more than a few lines of them
 * @param least how wide a square must be
 */
export function layOut(shape, width, wanted, least = 2) {
  const [tiles, rows, columns] = shape;
  const most = Math.max(1, Math.floor(width / columns));
  const largest = Math.max(least, Math.min(LARGEST_CELL, Math.round(wanted / columns)));
  let plan = planOf(shape, width, Math.min(most, largest));
  while (plan.down > LINES && plan.cell > least) plan = planOf(shape, width, plan.cell - 1);
  return { ...plan, tiles, rows, columns };
}

function planOf([tiles, rows, columns], width, cell) {
  const gap = columns === 1 ? UNIT_GAP : GAP;
  const step = { x: columns * cell + gap, y: rows * cell + gap };
  const across = Math.max(1, Math.min(tiles, Math.floor((width + gap) / step.x)));
  const down = Math.ceil(tiles / across);
  return { cell, across, down, step, width: across * step.x - gap, height: down * step.y - gap };
}

/** Return the colours of -SHADES … SHADES as a canvas stores them, from the properties of an element's style. */
export function shadesOf(element) {
  const style = getComputedStyle(element);
  const [minus, zero, plus] = ["minus", "zero", "plus"].map((name) => rgb(style.getPropertyValue(`--inside-${name}`)));
  return Uint32Array.from({ length: 2 * SHADES + 1 }, (_, at) => {
    const share = Math.abs(at - SHADES) / SHADES;
    const end = at < SHADES ? minus : plus;
    const [red, green, blue] = zero.map((from, channel) => Math.round(from + share * (end[channel] - from)));
    return (0xff << 24 | blue << 16 | green << 8 | red) >>> 0;
  });
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.trim().slice(at, at + 2), 16));

/** Draw tiles; a value of `most` has the strongest colour. */
export function drawTiles(canvas, { values, most }, plan, shades) {
  if (canvas.width !== plan.width || canvas.height !== plan.height) {
    canvas.width = plan.width;
    canvas.height = plan.height;
  }
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(plan.width, plan.height);
  const pixels = new Uint32Array(picture.data.buffer);
  const scale = SHADES / (most || 1);
  let at = 0;
  for (let tile = 0; tile < plan.tiles; tile += 1) {
    const { x, y } = cornerOf(plan, tile);
    for (let row = 0; row < plan.rows; row += 1) {
      const start = (y + row * plan.cell) * plan.width + x;
      for (let column = 0; column < plan.columns; column += 1) {
        const shade = shades[SHADES + Math.round(Math.max(-SHADES, Math.min(SHADES, values[at] * scale)))];
        const left = start + column * plan.cell;
        for (let line = 0; line < plan.cell; line += 1) {
          pixels.fill(shade, left + line * plan.width, left + line * plan.width + plan.cell);
        }
        at += 1;
      }
    }
  }
  pen.putImageData(picture, 0, 0);
}

export function cornerOf({ across, step }, tile) {
  return { x: tile % across * step.x, y: Math.floor(tile / across) * step.y };
}

/** Return { unit, row, column } of what stands at a place of a canvas, or null between tiles. */
export function placeAt(plan, x, y) {
  const [across, down] = [Math.floor(x / plan.step.x), Math.floor(y / plan.step.y)];
  const unit = down * plan.across + across;
  const [row, column] = [y - down * plan.step.y, x - across * plan.step.x].map((rest) => Math.floor(rest / plan.cell));
  const isInside = across >= 0 && across < plan.across && unit >= 0 && unit < plan.tiles
    && row >= 0 && row < plan.rows && column >= 0 && column < plan.columns;
  return isInside ? { unit, row, column } : null;
}
