import { useMemo, useState } from "react";
import { Link } from "wouter";
import { download } from "../../charts/download";
import { figure } from "../../format/numbers";
import { Name } from "../../shell/Name";
import type { Column } from "../../tables/columns";
import { DataTable } from "../../tables/DataTable";
import type { ComparedProps } from "../curves/CurvesView";
import { namesOf } from "../parameters";
import { csvOf, metricRows, parameterRows, type Row } from "./differences";

/** Parameters and metrics in rows, runs in columns: only differing ones, or all. */
export function DifferencesView({ runs, metrics }: ComparedProps) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => {
    const compared = runs.map(({ parameters, detail }) => ({ parameters, metrics: detail.metrics }));
    const { names, differing } = namesOf(compared.map(({ parameters }) => parameters));
    return [...parameterRows(all ? names : differing, compared), ...metricRows(metrics, compared, figure)];
  }, [runs, metrics, all]);
  const columns = useMemo(() => columnsOf(runs), [runs]);
  const differing = rows.some(({ kind }) => kind === "parameter");
  return (
    <>
      <div className="actions">
        <button type="button" aria-pressed={all} onClick={() => setAll(!all)}>
          equal parameters
        </button>
        <button
          type="button"
          onClick={() => download("compared-runs.csv", new Blob([csvOf(runs, rows)], { type: "text/csv;charset=utf-8" }))}
        >
          ↓ csv
        </button>
        {!differing && <span className="muted">All parameters are equal.</span>}
      </div>
      <DataTable name="Differences" columns={columns} data={rows} keyOf={keyOf} />
    </>
  );
}

const keyOf = ({ kind, name }: Row): string => `${kind} ${name}`;

const columnsOf = (runs: ComparedProps["runs"]): readonly Column<Row>[] => [
  {
    id: "name",
    header: () => <span className="unseen">Name</span>,
    meta: { rowHeader: true },
    cell: ({ row: { original: row } }) => (
      <span className={row.kind === "metric" ? "info" : "muted"}>
        <Name>{row.name}</Name>
      </span>
    ),
  },
  ...runs.map(({ runId, name, colour }, place): Column<Row> => ({
    id: runId,
    header: () => (
      <>
        <span aria-hidden="true" style={{ color: colour }}>
          ■{" "}
        </span>
        <Link href={`/runs/${encodeURIComponent(runId)}`}>
          <Name>{name}</Name>
        </Link>
      </>
    ),
    cell: ({ row: { original: row } }) =>
      row.best.includes(place) ? <span className="good">★ {row.texts[place]}</span> : <Name>{row.texts[place] ?? ""}</Name>,
  })),
];
