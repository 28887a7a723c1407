// A field with a text that was read and can be changed: Enter keeps it, Esc takes it back. Knows nothing of the server.

import { make } from "./dom.js";

const MOST_CHARACTERS = 200;

export class TextField {
  #shown = "";

  /**
   * @param label what it is the text of
   * @param onChange called with the text that was put in
   */
  constructor(label, onChange) {
    this.element = make("input", { type: "text", inputMode: "numeric", autocomplete: "off", spellcheck: false,
      maxLength: MOST_CHARACTERS, "aria-label": label });
    this.element.addEventListener("change", () => {
      const text = this.element.value.trim().split(/\s+/).join(" ");
      this.element.value = text;
      if (text !== this.#shown) onChange(text);
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.element.value = this.#shown;
    });
  }

  /** Show a text, and whether it is doubtful or was changed. */
  show(text, { isUnsure = false, isCorrected = false } = {}) {
    // What is being typed stays: the answer of the server to the change before may come meanwhile.
    const isTyping = document.activeElement === this.element && this.element.value !== this.#shown;
    this.#shown = text;
    if (!isTyping) this.element.value = text;
    this.element.classList.toggle("unsure", isUnsure && !isCorrected);
    this.element.classList.toggle("corrected", isCorrected);
  }
}
