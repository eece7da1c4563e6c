import type { KeyboardEvent, ReactNode } from "react";

/** A table that scrolls sideways when it is too wide. Arrow keys move between rows, to the first link or button in each. */
export const WideTable = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions
  <div className="wide-table" tabIndex={0} role="region" aria-label={name} onKeyDown={toNextRow}>
    <table>{children}</table>
  </div>
);

function toNextRow(event: KeyboardEvent<HTMLElement>): void {
  const down = event.key === "ArrowDown";
  const { target, currentTarget } = event;
  // Inputs and selects use arrow keys themselves.
  if (
    (!down && event.key !== "ArrowUp") ||
    event.defaultPrevented ||
    !(target instanceof HTMLElement) ||
    target.matches("select, input, textarea")
  ) {
    return;
  }
  const rows = [...currentTarget.querySelectorAll("tbody tr")];
  const at = rows.findIndex((row) => row.contains(target));
  const next = rows[at < 0 ? (down ? 0 : rows.length - 1) : at + (down ? 1 : -1)];
  const first = next?.matches("[tabindex]") === true ? next : next?.querySelector("a, button");
  if (!(first instanceof HTMLElement)) {
    return;
  }
  event.preventDefault();
  first.focus();
}
