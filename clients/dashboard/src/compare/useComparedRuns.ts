import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { Schemas } from "../api/client";
import { queries, queriesOf } from "../api/queries";
import { colourAt, runColour } from "../charts";
import { useLive } from "../live/hooks";
import { useFreshness } from "../runs/queries";
import { type CompareView, maxRuns } from "./compareView";
import { groupNameOf } from "./groups/groups";
import { type Parameters, parametersOf } from "./parameters";

/** A run as it is compared. */
export interface ComparedRun {
  readonly runId: string;
  readonly name: string;
  readonly detail: Schemas["RunDetail"];
  readonly parameters: Parameters;
  /** Its group by the selected parameter; undefined without grouping. */
  readonly group: string | undefined;
  /** The run's own colour, or its group's. */
  readonly colour: string;
}

export interface ComparedRuns {
  /** Whether the experiment or the filter has more runs than can be compared. */
  readonly more: boolean;
  readonly runs: readonly ComparedRun[];
  readonly pending: boolean;
  readonly errors: readonly Error[];
}

/** The compared runs, kept up to date. */
export function useComparedRuns({ runIds, experimentId, filter, by }: CompareView): ComparedRuns {
  const found = useFoundRuns(experimentId, filter, runIds.length === 0);
  const ids = runIds.length > 0 ? runIds : (found.data?.ids ?? none);
  useChanges(ids);
  const { details, pending, errors } = useQueries({
    queries: ids.map((runId) => queries.queryOptions("get", "/api/runs/{runId}", { params: { path: { runId } } })),
    combine: (answers) => ({
      details: answers.flatMap(({ data: detail }) => detail ?? []),
      pending: answers.some(({ isPending }) => isPending),
      errors: answers.flatMap(({ error }) => error ?? []),
    }),
  });
  const runs = useMemo(() => compared(details, by), [details, by]);
  return {
    runs,
    more: runIds.length === 0 && found.data?.more === true,
    pending: pending || found.isLoading,
    errors: [...errors, ...(found.error === null ? [] : [found.error])],
  };
}

// Each run is a request, so refresh less often than curves.
const betweenReads = 3000;

/** Reloads the runs that messages mention. */
function useChanges(ids: readonly string[]): void {
  const client = useQueryClient();
  const changed = useRef(new Set<string>());
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);
  useLive("*", (message) => {
    const told = message.type === "resync" ? ids : ids.filter((id) => id === message.run_id);
    for (const id of told) {
      changed.current.add(id);
    }
    if (changed.current.size === 0) {
      return;
    }
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      const stale = changed.current;
      changed.current = new Set();
      for (const runId of stale) {
        void client.invalidateQueries(queriesOf("/api/runs/{runId}", { runId }));
      }
    }, betweenReads);
  });
}

const none: readonly string[] = [];

const idsOf = ({ items, next_cursor: next }: Schemas["PageOfRunSummary"]) => ({
  ids: items.map(({ run_id }) => run_id),
  more: next != null,
});

function useFoundRuns(experimentId: string, filter: string, wanted: boolean) {
  const query = { limit: maxRuns, ...(experimentId === "" ? {} : { experiment_id: experimentId }), ...(filter === "" ? {} : { filter }) };
  const options = queries.queryOptions("get", "/api/runs", { params: { query } });
  useFreshness({ queryKey: options.queryKey }, "*", ["status_change"]);
  return useQuery({ ...options, select: idsOf, enabled: wanted && (experimentId !== "" || filter !== "") });
}

/** Runs with their colours: the group's or each its own. */
export function compared(details: readonly Schemas["RunDetail"][], by: string): readonly ComparedRun[] {
  const runs = details.map((detail) => ({ detail, parameters: withSpectralNorm(detail) }));
  const groups = [...new Set(runs.map(({ parameters }) => groupNameOf(parameters, by)))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  return runs.map(({ detail, parameters }) => {
    const group = by === "" ? undefined : groupNameOf(parameters, by);
    return {
      runId: detail.run_id,
      name: detail.name,
      detail,
      parameters,
      group,
      colour: group === undefined ? runColour(detail.run_id) : colourAt(groups.indexOf(group)),
    };
  });
}

/** External jobs report it beside their hyperparameters. */
function withSpectralNorm({ config, spectral_norm }: Schemas["RunDetail"]): Parameters {
  const parameters = parametersOf(config);
  return parameters.has("spectral_norm") || spectral_norm == null ? parameters : new Map([...parameters, ["spectral_norm", spectral_norm]]);
}
