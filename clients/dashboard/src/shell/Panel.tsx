import type { ReactNode } from "react";

interface PanelProps {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A titled panel. */
export const Panel = ({ title, beside, wide = false, children }: PanelProps) => (
  <section className={wide ? "panel wide" : "panel"} aria-label={title}>
    <header>
      <h2 title={title}>{title}</h2>
      {beside !== undefined && <span className="muted">{beside}</span>}
    </header>
    {/* Scrollable parts must be reachable by keyboard. */}
    {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
    <div className="body" tabIndex={0} role="region" aria-label={`${title}, contents`}>
      {children}
    </div>
  </section>
);
