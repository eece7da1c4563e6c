/** A short message, with an optional undo. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo?: (() => Promise<void>) | undefined;
}

const shownFor = 10_000;
const maxToasts = 4;

/** The toasts on the page, newest last. Each closes after a while unless it has the pointer or the focus. */
export class Toasts {
  #shown: readonly Toast[] = [];
  #count = 0;
  readonly #watchers = new Set<() => void>();

  readonly shown = (): readonly Toast[] => this.#shown;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  show(text: string, undo?: () => Promise<void>): void {
    const toast = { id: ++this.#count, text, undo };
    this.#become([...this.#shown, toast].slice(-maxToasts));
    this.#goLater(toast.id);
  }

  close(id: number): void {
    this.#become(this.#shown.filter((toast) => toast.id !== id));
  }

  #goLater(id: number): void {
    setTimeout(() => {
      if (document.querySelector("[data-toasts]:hover, [data-toasts]:focus-within") === null) {
        this.close(id);
      } else {
        this.#goLater(id);
      }
    }, shownFor);
  }

  #become(shown: readonly Toast[]): void {
    this.#shown = shown;
    for (const watcher of this.#watchers) {
      watcher();
    }
  }
}

export const toasts = new Toasts();
