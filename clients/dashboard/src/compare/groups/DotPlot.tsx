import { scaleLinear } from "d3-scale";
import { figure } from "../../format/numbers";
import type { Group } from "./groups";
import styles from "../compare.module.css";

interface DotPlotProps {
  readonly groups: readonly Group[];
  readonly metric: string;
  readonly nameOf: (runId: string) => string;
  readonly colourOf: (group: string) => string;
}

const width = 900;
const rowHeight = 44;
const left = 190;
const right = 30;
const below = 26;

/** Run values as dots in their group's row, and the mean as a line. The table below has the same numbers. */
export function DotPlot({ groups, metric, nameOf, colourOf }: DotPlotProps) {
  const values = groups.flatMap(({ values: own }) => own.map(({ value }) => value));
  if (values.length === 0) {
    return <div className="notice muted">No run has logged {metric === "" ? "a metric" : metric} yet.</div>;
  }
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const span = greatest - least || Math.abs(greatest) || 1;
  const x = scaleLinear([least - span * 0.05, greatest + span * 0.05], [left, width - right]);
  const height = groups.length * rowHeight + below;
  return (
    <svg className={styles["dots"]} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${metric} of every run, by group`}>
      {[least, greatest].map((value, place) => (
        <text key={place} x={x(value)} y={height - 6} textAnchor={place === 0 ? "start" : "end"} className={styles["limit"]}>
          {figure(value)}
        </text>
      ))}
      {groups.map(({ name, values: own, mean }, row) => {
        const y = row * rowHeight + rowHeight / 2;
        return (
          <g key={name} stroke={colourOf(name)} fill={colourOf(name)}>
            <text x={0} y={y + 4} stroke="none">
              {name.length > 24 ? `${name.slice(0, 23)}…` : name}
            </text>
            <line x1={left} x2={width - right} y1={y} y2={y} className={styles["row"]} />
            {own.map(({ runId, value }) => (
              <circle key={runId} cx={x(value)} cy={y} r={5} fillOpacity={0.35}>
                <title>{`${nameOf(runId)}: ${figure(value)}`}</title>
              </circle>
            ))}
            {Number.isFinite(mean) && <line x1={x(mean)} x2={x(mean)} y1={y - 14} y2={y + 14} strokeWidth={3} />}
          </g>
        );
      })}
    </svg>
  );
}
