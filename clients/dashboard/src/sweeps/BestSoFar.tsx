import { scaleLinear } from "d3-scale";
import type { Schemas } from "../api/client";
import { figure } from "../format/numbers";
import { bestSoFar } from "./bestSoFar";

interface BestSoFarProps {
  readonly trials: readonly Schemas["TrialView"][];
  readonly maximizes: boolean;
}

const width = 640;
const height = 200;
const [left, right, top, bottom] = [70, 14, 10, 26] as const;

/** Trial values as dots, and the best so far as a line. The table has the same numbers. */
export function BestSoFar({ trials, maximizes }: BestSoFarProps) {
  const points = bestSoFar(trials, maximizes);
  if (points.length === 0) {
    return <div className="notice muted">No trial has completed yet.</div>;
  }
  const values = points.map(({ value }) => value);
  const [min, max, last] = [Math.min(...values), Math.max(...values), Math.max(1, ...points.map(({ number }) => number))];
  const x = scaleLinear([0, last], [left, width - right]);
  const y = scaleLinear([min, max], [height - bottom, top]);
  const line = points
    .map(({ number, best }, index) => `${index === 0 ? "M" : "H"}${index === 0 ? `${x(number)} ${y(best)}` : `${x(number)}V${y(best)}`}`)
    .join("");
  return (
    <svg
      className="axes"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`The best of ${points.length} trials is ${figure(points.at(-1)?.best)}`}
    >
      {[...new Set([min, max])].map((value) => (
        <text key={value} x={left - 8} y={y(value) + 4} textAnchor="end">
          {figure(value)}
        </text>
      ))}
      <text x={(left + width - right) / 2} y={height - 6} textAnchor="middle">
        trial
      </text>
      <path d={line} fill="none" stroke="var(--good)" strokeWidth={2} />
      {points.map(({ number, value }) => (
        <circle key={number} cx={x(number)} cy={y(value)} r={4} fill="var(--text)" fillOpacity={0.6}>
          <title>{`trial ${number}: ${figure(value)}`}</title>
        </circle>
      ))}
    </svg>
  );
}
