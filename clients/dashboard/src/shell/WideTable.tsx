import type { ReactNode } from "react";

/** A table that scrolls sideways where it is wider than its place; by keyboard as well. */
export const WideTable = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div className="wide-table" tabIndex={0} role="region" aria-label={name}>
    <table>{children}</table>
  </div>
);
