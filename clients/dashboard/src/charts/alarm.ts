/** Runs a callback later; of several requested times, the earliest applies. */
export class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Number.POSITIVE_INFINITY;

  in(milliseconds: number, act: () => void): void {
    const due = Date.now() + milliseconds;
    if (due >= this.#due) {
      return;
    }
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      act();
    }, milliseconds);
  }

  off(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
  }
}
