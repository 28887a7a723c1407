// Pictures that are larger than the server takes -> smaller ones. Knows nothing of reading.

/** What the server takes. */
export const MOST_BYTES = 10e6;
export const MOST_PIXELS = 40e6;

/** Longest side of a picture that had to be scaled down: the reader needs no more. */
const LONGEST = 4000;

/**
 * Return `{ blob, bitmap, isShrunk }`: what to send, and what to show, upright; bitmap is null where this browser can't
 * open the picture. The bitmap is of the size of what is sent.
 */
export async function fitForSending(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap || (file.size <= MOST_BYTES && bitmap.width * bitmap.height <= MOST_PIXELS)) {
    return { blob: file, bitmap, isShrunk: false };
  }
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  // What is transparent is paper; JPEG would make it black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  return { blob, bitmap: await createImageBitmap(canvas), isShrunk: true };
}
