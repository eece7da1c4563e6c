import type { RowSelectionState } from "@tanstack/react-table";
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { Name } from "../../shell/Name";
import { Fault, Waiting } from "../../shell/Notice";
import { Panel } from "../../shell/Panel";
import { BulkBar } from "./BulkBar";
import { type ListView, readListView, withListView } from "./listView";
import { NoRuns } from "./NoRuns";
import { RunFilters } from "./RunFilters";
import { RunTable } from "./RunTable";
import { type SearchTaken, useRunList } from "./useRunList";

/** Runs of all experiments or of one, with filters, order and bulk actions. Their state is in the URL. */
export function RunList({ experimentId }: { readonly experimentId?: string }) {
  const [search, setSearch] = useSearchParams();
  const view = useMemo(() => readListView(search), [search]);
  const change = useCallback((wanted: Partial<ListView>): void => setSearch((current) => withListView(current, wanted)), [setSearch]);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, taken } = useRunList(view, experimentId);
  const runs = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const [selection, setSelection] = useState<RowSelectionState>({});
  // Runs that are no longer listed leave the selection.
  const selected = useMemo(() => runs?.map(({ run_id }) => run_id).filter((id) => selection[id]) ?? [], [runs, selection]);
  return (
    <Panel title={view.deleted ? "Deleted runs" : "Runs"} beside={runs === undefined ? "" : `${runs.length}${hasNextPage ? "+" : ""}`}>
      <RunFilters view={view} onChange={change} />
      {selected.length > 0 && <BulkBar runIds={selected} deleted={view.deleted} onDone={() => setSelection({})} />}
      {taken !== undefined && <Taken search={view.search} taken={taken} />}
      {error !== null && <Fault error={error} />}
      {runs === undefined ? (
        error === null && <Waiting />
      ) : runs.length === 0 ? (
        <NoRuns view={view} />
      ) : (
        <RunTable runs={runs} view={view} onChange={change} selection={selection} onSelect={setSelection} />
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

/** Says whether the search is a filter or part of a name. */
const Taken = ({ search, taken: { as, refusal } }: { readonly search: string; readonly taken: SearchTaken }) => (
  <div className={refusal === undefined ? "notice muted" : "notice warning"} role="status">
    {as === "filter" ? "Runs that match the filter " : "Runs with this in their name: "}
    <Name>{search}</Name>
    {refusal !== undefined && <div className="muted">It is not a filter: {refusal}</div>}
  </div>
);
