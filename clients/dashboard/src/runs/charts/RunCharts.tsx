import { keepPreviousData } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { byCursor, queries } from "../../api/queries";
import { ChartControls, type ChartView, useChartView } from "../../charts";
import { Fault, Waiting } from "../../shell/Notice";
import { useSearchValue } from "../../shell/useSearchValue";
import { groupByPrefix, matching, type SeriesGroup } from "./groups";
import { RunChart } from "./RunChart";
import styles from "./runCharts.module.css";

const namesPerPage = 2000;
const chartsAtFirst = 24;

/** Every series of a run, by prefix. */
export function RunCharts({ run }: { readonly run: Schemas["RunDetail"] }) {
  const [search, set] = useSearchValue();
  const [view, change] = useChartView();
  const wanted = useDeferredValue(search.get("series") ?? "");
  const {
    data: pages,
    error,
    hasNextPage,
    fetchNextPage,
    isFetching,
  } = queries.useInfiniteQuery(
    "get",
    "/api/runs/{runId}/metrics/latest",
    { params: { path: { runId: run.run_id }, query: { limit: namesPerPage } } },
    { ...byCursor, placeholderData: keepPreviousData },
  );
  // A search is through all names, however many there are.
  useEffect(() => {
    if (wanted !== "" && hasNextPage && !isFetching) {
      void fetchNextPage();
    }
  }, [wanted, hasNextPage, isFetching, fetchNextPage]);
  const names = useMemo(() => pages?.pages.flatMap(({ series }) => series.map(({ name }) => name)) ?? [], [pages]);
  const groups = useMemo(() => groupByPrefix(matching(names, wanted)), [names, wanted]);

  if (pages === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return (
    <div className={styles["page"]}>
      <div className={styles["bar"]}>
        <input
          type="search"
          aria-label="Search series"
          placeholder="/  series"
          defaultValue={search.get("series") ?? ""}
          onChange={({ currentTarget }) => set("series", currentTarget.value)}
        />
        <ChartControls view={view} onChange={change} />
        <span className="muted" role="status">
          {names.length}
          {hasNextPage && "+"} series
        </span>
      </div>
      {names.length === 0 && <div className="notice muted">No values logged yet.</div>}
      {names.length > 0 && groups.length === 0 && <div className="notice muted">{isFetching ? "…" : "No matching series."}</div>}
      {groups.map((group) => (
        <Group key={group.name} group={group} run={run} view={view} onView={change} />
      ))}
      {hasNextPage && (
        <button type="button" disabled={isFetching} onClick={() => void fetchNextPage()}>
          more series
        </button>
      )}
    </div>
  );
}

interface GroupProps {
  readonly group: SeriesGroup;
  readonly run: Schemas["RunDetail"];
  readonly view: ChartView;
  readonly onView: (change: Partial<ChartView>) => void;
}

function Group({ group: { name, keys }, ...chart }: GroupProps) {
  const [shown, setShown] = useState(chartsAtFirst);
  return (
    <details open>
      <summary>
        {name} <span className="muted">{keys.length}</span>
      </summary>
      <div className={styles["charts"]}>
        {keys.slice(0, shown).map((key) => (
          <RunChart key={key} {...chart} name={key} height={200} />
        ))}
      </div>
      {keys.length > shown && (
        <button type="button" onClick={() => setShown(shown + 4 * chartsAtFirst)}>
          show more of {keys.length - shown}
        </button>
      )}
    </details>
  );
}
