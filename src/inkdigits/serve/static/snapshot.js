// A drawing -> a small picture to send: black ink on white paper, with a margin of paper around.

import { drawStrokes } from "./ink.js";

const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });

/**
 * Picture a drawing as a PGM file.
 *
 * PGM, because it is written in a fraction of a millisecond: canvas.toBlob makes a PNG when the browser finds the time.
 *
 * @param strokes of a Drawing
 * @param width of the pad in the picture, in pixels
 * @param height of the pad in the picture, in pixels
 * @param margin of paper on each side, in pixels
 */
export function snapshot(strokes, width, height, margin) {
  canvas.width = width + 2 * margin;
  canvas.height = height + 2 * margin;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.translate(margin, margin);
  pen.fillStyle = pen.strokeStyle = "#000";
  drawStrokes(pen, strokes, width);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  const grey = new Uint8Array(canvas.width * canvas.height);
  for (let at = 0; at < grey.length; at += 1) grey[at] = data[4 * at];
  const header = `P5 ${canvas.width} ${canvas.height} 255\n`;
  return new Blob([header, grey], { type: "image/x-portable-graymap" });
}
