// Drawing on the pad with keys alone: a pen that is moved, put down and lifted. Knows nothing of reading.

import { announce } from "./say.js";
import { say } from "./language.js";

const STEP = 1 / 40;
const LARGE_STEP = 1 / 10;
const DIRECTIONS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};

/**
 * Make the keys draw on a pad while it has the focus.
 *
 * @param pad the Pad
 * @param canvas its element
 * @param mark the element that shows where the pen is
 * @param actions functions for "undo", "redo", "clear", "thinner" and "thicker"
 */
export function drawWithKeys(pad, canvas, mark, actions) {
  const pen = { x: 0.5, y: 0.5, isDown: false };
  const keys = { z: "undo", y: "redo", c: "clear", "-": "thinner", "+": "thicker", "=": "thicker" };

  const place = () => {
    pen.y = Math.min(pen.y, pad.height);
    mark.style.left = `${pen.x * 100}%`;
    mark.style.top = `${pen.y / pad.height * 100}%`;
    mark.classList.toggle("down", pen.isDown);
  };
  const point = () => ({ x: pen.x, y: pen.y, pressure: 1 });
  const lift = () => {
    if (!pen.isDown) return;
    pen.isDown = false;
    place();
    pad.end();
  };
  const toggle = () => {
    if (pen.isDown) lift();
    else {
      pen.isDown = true;
      pad.begin(point());
    }
    announce(say(pen.isDown ? "pen-down" : "pen-up"));
  };
  const move = ([right, down], isLarge) => {
    const step = (isLarge ? LARGE_STEP : STEP) * Math.min(1, pad.height);
    pen.x = Math.min(1, Math.max(0, pen.x + right * step));
    pen.y = Math.min(pad.height, Math.max(0, pen.y + down * step));
    if (pen.isDown) pad.extend(point());
  };
  const act = (event) => {
    if (event.key in DIRECTIONS) move(DIRECTIONS[event.key], event.shiftKey);
    else if (event.key === " ") toggle();
    else if (event.key.toLowerCase() in keys) {
      lift();
      actions[keys[event.key.toLowerCase()]]();
      return true;
    } else return false;
    mark.hidden = false;
    place();
    return true;
  };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event)) event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    lift();
    mark.hidden = true;
  });
  canvas.addEventListener("pointerdown", () => {
    lift();
    mark.hidden = true;
  });
}
