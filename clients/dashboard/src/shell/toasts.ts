/** What is said in passing, perhaps with a way back. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo?: (() => Promise<void>) | undefined;
}

const shownFor = 10_000;
const most = 4;

/** What the page says in passing, the newest last. Each goes by itself after a while, unless somebody is about to use it. */
export class Toasts {
  #shown: readonly Toast[] = [];
  #count = 0;
  readonly #watchers = new Set<() => void>();

  readonly shown = (): readonly Toast[] => this.#shown;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  say(text: string, undo?: () => Promise<void>): void {
    const toast = { id: ++this.#count, text, undo };
    this.#become([...this.#shown, toast].slice(-most));
    this.#goLater(toast.id);
  }

  close(id: number): void {
    this.#become(this.#shown.filter((toast) => toast.id !== id));
  }

  #goLater(id: number): void {
    setTimeout(() => {
      if (document.querySelector(".toasts:hover, .toasts:focus-within") === null) this.close(id);
      else this.#goLater(id);
    }, shownFor);
  }

  #become(shown: readonly Toast[]): void {
    this.#shown = shown;
    for (const watcher of this.#watchers) watcher();
  }
}

export const toasts = new Toasts();
