import { useMemo } from "react";
import { figure } from "../../format/numbers";
import { WideTable } from "../../shell/WideTable";
import { type ComparedProps, usualMetrics } from "../curves/CurvesView";
import { lessIsBetter } from "../differences/differences";
import { DotPlot } from "./DotPlot";
import { groupsOf } from "./groups";

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
  const names = new Map(runs.map(({ runId, name }) => [runId, name]));
  return (
    <div className="groups">
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
      <WideTable name="Statistics of each group">
        <thead>
          <tr>
            <th>Group</th>
            {["Runs", "Mean", "± Deviation", "Least", "Greatest", "Without"].map((title) => (
              <th key={title} className="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name, values, mean, deviation, min, max, without }) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="number">{values.length}</td>
              <td className={mean === best ? "number good" : "number"}>
                {mean === best && "★ "}
                {values.length === 0 ? "–" : figure(mean)}
              </td>
              <td className="number">{Number.isNaN(deviation) ? "–" : figure(deviation)}</td>
              <td className="number">{values.length === 0 ? "–" : figure(min)}</td>
              <td className="number">{values.length === 0 ? "–" : figure(max)}</td>
              <td className="number muted">{without}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </div>
  );
}
