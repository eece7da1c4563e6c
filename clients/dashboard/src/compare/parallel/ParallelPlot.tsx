import { scaleLinear, scalePoint } from "d3-scale";
import { useLocation } from "wouter";
import { type Axis, fieldText } from "../axes/axis";
import type { ComparedRun } from "../useComparedRuns";
import styles from "../compare.module.css";

export interface ParallelLine {
  readonly run: ComparedRun;
  /** One position per axis, from 0 at the bottom to 1. */
  readonly places: readonly (number | undefined)[];
  /** Whether the run is within all brushes. */
  readonly kept: boolean;
  readonly colour: string;
}

interface ParallelPlotProps {
  readonly axes: readonly Axis[];
  readonly lines: readonly ParallelLine[];
}

const width = 1200;
const height = 420;
const side = 90;
const top = 34;
const bottom = 16;

export function ParallelPlot({ axes, lines }: ParallelPlotProps) {
  const [, go] = useLocation();
  const across = scalePoint(axes.keys(), [side, width - side]);
  const x = (axis: number): number => across(axis) ?? 0;
  const y = scaleLinear([0, 1], [height - bottom, top]);
  return (
    <svg
      className="axes"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`A line for each run through ${axes.map(({ field }) => fieldText(field)).join(", ")}`}
    >
      {[...lines]
        .sort((a, b) => Number(a.kept) - Number(b.kept))
        .map(({ run, places, kept, colour }) => (
          // Lines need a pointer; the list above has the same runs for keyboard users.
          <path
            key={run.runId}
            d={pathOf(places, x, y)}
            className={kept ? styles["line"] : [styles["line"], styles["leftOut"]].join(" ")}
            stroke={kept ? colour : undefined}
            onClick={() => go(`/runs/${encodeURIComponent(run.runId)}`)}
          >
            <title>{run.name}</title>
          </path>
        ))}
      {axes.map((axis, index) => (
        <g key={fieldText(axis.field)}>
          <line x1={x(index)} x2={x(index)} y1={y(0)} y2={y(1)} className={styles["upright"]} />
          <text x={x(index)} y={16} textAnchor="middle" className={axis.field.kind === "metrics" ? styles["metric"] : styles["name"]}>
            {axis.field.name}
            {axis.kind === "log" && " (log)"}
          </text>
          {axis.ticks.map(({ at, text }) => (
            <text key={text} x={x(index) + 6} y={y(at) + 4} className={styles["tick"]}>
              {text.length > 14 ? `${text.slice(0, 13)}…` : text}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

/** A line through the positions; it breaks where one is missing. */
export function pathOf(places: readonly (number | undefined)[], x: (axis: number) => number, y: (place: number) => number): string {
  return places
    .flatMap((place, axis) => {
      if (place === undefined) {
        return [];
      }
      const joined = axis > 0 && places[axis - 1] !== undefined;
      return [`${joined ? "L" : "M"}${x(axis).toFixed(1)} ${y(place).toFixed(1)}`];
    })
    .join("");
}
