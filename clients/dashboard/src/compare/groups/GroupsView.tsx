import { useMemo } from "react";
import { figure } from "../../format/numbers";
import type { Column } from "../../tables/columns";
import { DataTable } from "../../tables/DataTable";
import { usualMetrics } from "../../runs/metricNames";
import type { ComparedProps } from "../curves/CurvesView";
import { lessIsBetter } from "../differences/differences";
import { DotPlot } from "./DotPlot";
import { type Group, groupsOf } from "./groups";

/** Statistics of a metric for each group of runs. */
export function GroupsView({ runs, metrics, view, onChange }: ComparedProps) {
  const metric = view.metrics[0] ?? usualMetrics(metrics).at(-1) ?? "";
  const groups = useMemo(
    () =>
      groupsOf(
        runs.map(({ runId, group, detail }) => {
          const value = detail.metrics[metric];
          return { runId, group: group ?? "all runs", value: typeof value === "number" ? value : undefined };
        }),
      ),
    [runs, metric],
  );
  const less = lessIsBetter(metric);
  const means = groups.map(({ mean }) => mean).filter((mean) => Number.isFinite(mean));
  const best = less === undefined || means.length < 2 ? undefined : less ? Math.min(...means) : Math.max(...means);
  const columns = useMemo(() => columnsOf(best), [best]);
  const names = new Map(runs.map(({ runId, name }) => [runId, name]));
  return (
    <div>
      <div className="actions">
        <label>
          metric{" "}
          <select value={metric} onChange={({ currentTarget }) => onChange({ metrics: [currentTarget.value] })}>
            {metrics.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span className="muted">the last value of each run{view.by === "" && "; choose a parameter to group by"}</span>
      </div>
      <DotPlot
        groups={groups}
        metric={metric}
        nameOf={(runId) => names.get(runId) ?? runId}
        colourOf={(group) => runs.find((run) => (run.group ?? "all runs") === group)?.colour ?? "var(--text)"}
      />
      <DataTable name="Statistics of each group" columns={columns} data={groups} keyOf={nameOf} />
    </div>
  );
}

const nameOf = ({ name }: Group): string => name;

const columnsOf = (best: number | undefined): readonly Column<Group>[] => [
  { header: "Group", cell: ({ row }) => row.original.name },
  { header: "Runs", meta: { number: true }, cell: ({ row }) => row.original.values.length },
  {
    header: "Mean",
    meta: { number: true },
    cell: ({ row: { original: group } }) => (group.mean === best ? <span className="good">★ {known(group.mean)}</span> : known(group.mean)),
  },
  { header: "± Deviation", meta: { number: true }, cell: ({ row }) => known(row.original.deviation) },
  { header: "Min", meta: { number: true }, cell: ({ row }) => known(row.original.min) },
  { header: "Max", meta: { number: true }, cell: ({ row }) => known(row.original.max) },
  { header: "Without", meta: { number: true, muted: true }, cell: ({ row }) => row.original.without },
];

const known = (value: number): string => (Number.isFinite(value) ? figure(value) : "–");
