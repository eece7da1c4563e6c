import type { Schemas } from "../api/client";
import { figure } from "../format/numbers";

/** What a run was started with, as far as somebody decided it, and where its metrics are. */
export function Config({ run }: { readonly run: Schemas["RunDetail"] }) {
  const config: Record<string, unknown> = typeof run.config === "object" && run.config !== null ? { ...run.config } : {};
  const given = Object.entries(config).filter(([, value]) => value !== null);
  return (
    <dl className="facts">
      {Object.entries(run.metrics).map(([name, value]) => (
        <div key={name}>
          <dt className="info">{name}</dt>
          <dd>{figure(value)}</dd>
        </div>
      ))}
      {Object.entries(run.final_metrics ?? {}).map(([name, value]) => (
        <div key={`final ${name}`}>
          <dt className="info">{name} (final)</dt>
          <dd>{figure(value)}</dd>
        </div>
      ))}
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
