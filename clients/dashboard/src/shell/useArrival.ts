import { type RefObject, useEffect, useRef } from "react";

const pages: Readonly<Record<string, string>> = {
  "": "Overview",
  new: "New run",
  runs: "Run",
};

/** The title of a page, by its address and its heading. */
export function titleOf(location: string, heading: string | undefined): string {
  const [page = ""] = location.split("/").slice(1);
  const name = pages[page] ?? `${page.charAt(0).toUpperCase()}${page.slice(1)}`;
  return `${heading === undefined || heading === "" ? name : heading} · Trainyard`;
}

/** Titles the document after the page, and moves the focus to its content when its address changes, as a browser does. */
export function useArrival(location: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const before = useRef(location);
  useEffect(() => {
    const element = main.current;
    if (element === null) {
      return undefined;
    }
    // Only pages of one thing, such as a run, are called by their heading.
    const heading = () => element.querySelector("h2[title]:has(bdi)")?.textContent;
    const name = (): void => {
      document.title = titleOf(location, heading());
    };
    name();
    const watch = new MutationObserver(name);
    watch.observe(element, { childList: true, subtree: true });
    if (before.current !== location) {
      before.current = location;
      element.focus({ preventScroll: true });
    }
    return () => watch.disconnect();
  }, [location]);
  return main;
}
