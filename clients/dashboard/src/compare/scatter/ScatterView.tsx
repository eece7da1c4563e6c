import { scaleLinear } from "d3-scale";
import { useMemo } from "react";
import { useLocation } from "wouter";
import { figure } from "../../format/numbers";
import { type Axis, axisOf, type Field, fieldOf, fieldText, valueOf } from "../axes/axis";
import { FieldChoice } from "../axes/FieldChoice";
import { fieldsOf } from "../axes/fields";
import { usualMetrics } from "../../runs/metricNames";
import type { ComparedProps } from "../curves/CurvesView";
import { shown } from "../parameters";
import type { ComparedRun } from "../useComparedRuns";
import { useSearchValue } from "../../shell/useSearchValue";
import styles from "../compare.module.css";

const width = 1000;
const height = 460;
const left = 90;
const right = 20;
const top = 16;
const bottom = 40;
const pixelX = scaleLinear([0, 1], [left, width - right]);
const pixelY = scaleLinear([0, 1], [height - bottom, top]);

/** A scatter plot of any two parameters or metrics, one dot per run. */
export function ScatterView({ runs, metrics }: ComparedProps) {
  const [search, set] = useSearchValue();
  const [, go] = useLocation();
  const fields = useMemo(() => fieldsOf(runs, metrics), [runs, metrics]);
  const lastMetric = usualMetrics(metrics).at(-1);
  const y = fieldOf(search.get("y") ?? "") ?? (lastMetric === undefined ? undefined : { kind: "metrics" as const, name: lastMetric });
  const x = fieldOf(search.get("x") ?? "") ?? fields.find((field) => field.kind === "params") ?? y;
  if (x === undefined || y === undefined) {
    return <div className="notice muted">These runs have no parameters or metrics to plot yet.</div>;
  }
  const logOf = (name: string): boolean | undefined => (search.get(name) === "1" ? true : search.get(name) === "0" ? false : undefined);
  const [across, up] = [
    axisOf(
      x,
      runs.map((run) => valueOf(run, x)),
      logOf("logx"),
    ),
    axisOf(
      y,
      runs.map((run) => valueOf(run, y)),
      logOf("logy"),
    ),
  ];
  const dots = runs.flatMap((run) => {
    const [atX, atY] = [across.place(valueOf(run, x)), up.place(valueOf(run, y))];
    return atX === undefined || atY === undefined ? [] : [{ run, cx: pixelX(atX), cy: pixelY(atY) }];
  });
  return (
    <>
      <div className="actions">
        <FieldChoice title="across" fields={fields} value={x} onChange={(field) => set("x", fieldText(field))} />
        <LogChoice axis={across} onChange={(log) => set("logx", log ? "1" : "0")} />
        <FieldChoice title="up" fields={fields} value={y} onChange={(field) => set("y", fieldText(field))} />
        <LogChoice axis={up} onChange={(log) => set("logy", log ? "1" : "0")} />
        {dots.length < runs.length && <span className="muted">{runs.length - dots.length} without a value</span>}
      </div>
      <svg className="axes" viewBox={`0 0 ${width} ${height}`} aria-label={`${fieldText(y)} over ${fieldText(x)}`} role="group">
        <rect x={left} y={top} width={width - left - right} height={height - top - bottom} className={styles["frame"]} />
        {across.ticks.map(({ at, text }) => (
          <text key={text} x={pixelX(at)} y={height - bottom + 18} textAnchor="middle">
            {text}
          </text>
        ))}
        {up.ticks.map(({ at, text }) => (
          <text key={text} x={left - 8} y={pixelY(at) + 4} textAnchor="end">
            {text}
          </text>
        ))}
        <text x={(left + width - right) / 2} y={height - 4} textAnchor="middle" className={styles["name"]}>
          {fieldText(x)}
        </text>
        {dots.map(({ run, cx, cy }) => (
          <a
            key={run.runId}
            href={`/runs/${encodeURIComponent(run.runId)}`}
            aria-label={described(run, x, y)}
            onClick={(event) => {
              event.preventDefault();
              go(`/runs/${encodeURIComponent(run.runId)}`);
            }}
          >
            {/* A larger target for the pointer than the dot. */}
            <circle cx={cx} cy={cy} r={12} fill="transparent" />
            <circle cx={cx} cy={cy} r={5} fill={run.colour} fillOpacity={0.5} stroke={run.colour}>
              <title>{described(run, x, y)}</title>
            </circle>
          </a>
        ))}
      </svg>
    </>
  );
}

function LogChoice({ axis, onChange }: { readonly axis: Axis; readonly onChange: (log: boolean) => void }) {
  if (axis.kind === "names") {
    return null;
  }
  return (
    <button
      type="button"
      aria-pressed={axis.kind === "log"}
      aria-label={`log scale of ${fieldText(axis.field)}`}
      onClick={() => onChange(axis.kind !== "log")}
    >
      log
    </button>
  );
}

function described(run: ComparedRun, ...fields: readonly Field[]): string {
  const values = fields.map((field) => {
    const value = valueOf(run, field);
    return `${field.name} ${typeof value === "number" ? figure(value) : shown(value)}`;
  });
  return `${run.name}${run.group === undefined ? "" : ` (${run.group})`}: ${values.join(", ")}`;
}
