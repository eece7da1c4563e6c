import { useQuery } from "@tanstack/react-query";
import { fetchFile, type Schemas } from "../api/client";
import { orNothing } from "../api/orNothing";
import { figure } from "../format/numbers";
import { leftOutOfRun } from "../text/leftOut";
import { artifactAddress } from "./artifacts/preview";
import { useFreshness } from "./queries";

/** The explicitly set config values of a run, and its latest metrics. */
export function Config({ run }: { readonly run: Schemas["RunDetail"] }) {
  const config: Record<string, unknown> = typeof run.config === "object" && run.config !== null ? { ...run.config } : {};
  const given = Object.entries(config).filter(([, value]) => value !== null);
  const leftOut = useLeftOut(run);
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
      {leftOut !== undefined && (
        <div>
          <dt title="files that were not read">left out</dt>
          <dd>{leftOut}</dd>
        </div>
      )}
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function useLeftOut({ run_id: runId, kind }: Schemas["RunDetail"]): string | undefined {
  // Not among the run's files, which are read again with every message.
  const queryKey = ["manifest", runId];
  const { data: manifest } = useQuery({
    ...orNothing({ queryKey, queryFn: () => fetchFile(artifactAddress(runId, "manifest.json")).then((file) => file.text()) }),
    enabled: kind === "own",
  });
  useFreshness({ queryKey }, runId, ["log"]);
  return manifest == null ? undefined : leftOutOfRun(manifest);
}
