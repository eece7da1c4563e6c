import { useEffect, useRef } from "react";

/** Handles single keys (`?`) and sequences (`g r`), except in input fields. */
export function useShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    let first = "";
    const onKey = (event: KeyboardEvent): void => {
      const field =
        event.target instanceof HTMLInputElement ||
        event.target instanceof HTMLTextAreaElement ||
        event.target instanceof HTMLSelectElement;
      if (field || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const action = current.current[`${first} ${event.key}`.trim()] ?? current.current[event.key];
      first = event.key === "g" ? "g" : "";
      if (action !== undefined) {
        event.preventDefault();
        action();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
