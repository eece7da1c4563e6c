import type { ReactNode } from "react";

export type Fact = readonly [name: string, value: ReactNode, meaning?: string];

interface FactsProps {
  readonly facts: readonly Fact[];
  /** Announces changes to screen readers. */
  readonly live?: boolean;
}

/** Name and value pairs, in two columns. */
export const Facts = ({ facts, live = false }: FactsProps) => (
  <dl className="facts" aria-live={live ? "polite" : undefined}>
    {facts.map(([name, value, meaning], place) => (
      <div key={`${name} ${place}`}>
        <dt title={meaning}>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
