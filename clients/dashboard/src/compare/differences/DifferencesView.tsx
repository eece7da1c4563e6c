import { useMemo, useState } from "react";
import { Link } from "wouter";
import { download } from "../../charts/download";
import { figure } from "../../format/numbers";
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
      {/* Scrollable parts must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="differences" tabIndex={0} role="region" aria-label="Differences">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Name</span>
              </th>
              {runs.map(({ runId, name, colour }) => (
                <th key={runId} scope="col">
                  <span aria-hidden="true" style={{ color: colour }}>
                    ■{" "}
                  </span>
                  <Link href={`/runs/${encodeURIComponent(runId)}`}>{name}</Link>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <DifferenceRow key={`${row.kind} ${row.name}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const DifferenceRow = ({ row: { name, kind, texts, best } }: { readonly row: Row }) => (
  <tr>
    <th scope="row" className={kind === "metric" ? "info" : undefined}>
      {name}
    </th>
    {texts.map((text, column) => (
      <td key={column} className={best.includes(column) ? "good" : undefined}>
        {best.includes(column) && "★ "}
        {text}
      </td>
    ))}
  </tr>
);
