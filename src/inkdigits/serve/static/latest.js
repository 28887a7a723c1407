// Asking again and again where only the latest answer counts. Knows nothing of what is asked.

/**
 * Runs `ask(signal)`: at most one at a time, and what is newer stops what is older.
 */
export class Latest {
  #ask;
  #pause;
  #running = null;
  #timer = 0;
  #isStale = false;
  #onBusy;

  /**
   * @param ask an async function of an AbortSignal, which handles its own errors
   * @param pauseMs from one answer to the next question, while changes keep coming
   * @param onBusy called with whether an answer is still to come
   */
  constructor(ask, pauseMs, onBusy) {
    this.#ask = ask;
    this.#pause = pauseMs;
    this.#onBusy = onBusy;
  }

  /** Something changed and more may follow: ask when the question before is answered and the pause over. */
  soon() {
    this.#onBusy(true);
    if (this.#running) this.#isStale = true;
    else if (!this.#timer) this.#timer = setTimeout(() => this.now(), this.#pause);
  }

  /** Ask at once. */
  async now() {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    this.#onBusy(true);
    await this.#ask(running.signal);
    if (this.#running !== running) return;
    this.#running = null;
    if (this.#isStale) this.soon();
    else this.#onBusy(false);
  }

  /** Ask nothing more, and drop what is being asked. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#isStale = false;
    this.#running?.abort();
    this.#running = null;
    this.#onBusy(false);
  }
}
