import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { Fault, Waiting } from "../../shell/Notice";
import { Panel } from "../../shell/Panel";
import { BulkBar } from "./BulkBar";
import { type ListView, readListView, withListView } from "./listView";
import { NoRuns } from "./NoRuns";
import { RunFilters } from "./RunFilters";
import { RunTable } from "./RunTable";
import { useRunList } from "./useRunList";
import "./runList.css";

/** Runs of all experiments or of one, with filters, order and bulk actions. Their state is in the URL. */
export function RunList({ experimentId }: { readonly experimentId?: string }) {
  const [search, setSearch] = useSearchParams();
  const view = readListView(search);
  const change = (wanted: Partial<ListView>): void => setSearch((current) => withListView(current, wanted));
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useRunList(view, experimentId);
  const runs = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Runs that are no longer listed leave the selection.
  const selected = useMemo(() => new Set(runs?.flatMap(({ run_id }) => (chosen.has(run_id) ? [run_id] : []))), [runs, chosen]);
  const choose = useCallback((runIds: readonly string[], choice: boolean) => {
    setChosen((before) => {
      const after = new Set(before);
      for (const runId of runIds) {
        if (choice) {
          after.add(runId);
        } else {
          after.delete(runId);
        }
      }
      return after;
    });
  }, []);
  return (
    <Panel title={view.deleted ? "Deleted runs" : "Runs"} beside={runs === undefined ? "" : `${runs.length}${hasNextPage ? "+" : ""}`}>
      <RunFilters view={view} onChange={change} />
      {selected.size > 0 && <BulkBar runIds={[...selected]} deleted={view.deleted} onDone={() => setChosen(new Set())} />}
      {error !== null && <Fault error={error} />}
      {runs === undefined ? (
        error === null && <Waiting />
      ) : runs.length === 0 ? (
        <NoRuns view={view} />
      ) : (
        <RunTable runs={runs} view={view} onChange={change} selected={selected} onSelect={choose} />
      )}
      {hasNextPage && (
        <div className="actions">
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            more runs
          </button>
        </div>
      )}
    </Panel>
  );
}
