import { colourAt } from "../charts";
import { clock, exact } from "../format/times";
import { useNow } from "../format/useNow";
import { pathsOf, type TimeSeries, topOf } from "./timeChart";
import styles from "./system.module.css";

interface TimeChartProps {
  readonly title: string;
  readonly times: readonly string[];
  readonly series: readonly TimeSeries[];
  readonly text: (value: number) => string;
  /** Minimum for the top of the axis. */
  readonly top?: number | undefined;
}

const plot = { width: 560, height: 130 };
const [left, top, bottom] = [78, 8, 20] as const;
const dashes = ["", "6 3", "2 3"];

/** Machine metrics over time. The legend has each last value as text. */
export function TimeChart({ title, times, series, text, top: atLeast }: TimeChartProps) {
  const max = topOf(series, atLeast);
  const paths = pathsOf(
    times.map((time) => Date.parse(time)),
    series,
    max,
    plot,
  );
  const [first, last] = [times[0], times.at(-1)];
  return (
    <figure className={styles["chart"]}>
      <figcaption>
        {title}{" "}
        {series.map(({ name, values }, index) => (
          <span key={name} style={{ color: colourAt(index) }}>
            {name} {lastOf(values, text)}{" "}
          </span>
        ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${left + plot.width} ${top + plot.height + bottom}`}
        className="axes"
        role="img"
        aria-label={`${title}: ${series.map(({ name, values }) => `${name} ${lastOf(values, text)}`).join(", ")}`}
      >
        <g transform={`translate(${left} ${top})`}>
          <rect width={plot.width} height={plot.height} fill="none" stroke="var(--border)" />
          {paths.map((path, index) => (
            <path
              key={index}
              d={path}
              fill="none"
              stroke={colourAt(index)}
              strokeWidth={1.5}
              strokeDasharray={dashes[index % dashes.length]}
            />
          ))}
          <text x={-8} y={10} textAnchor="end">
            {text(max)}
          </text>
          <text x={-8} y={plot.height} textAnchor="end">
            0
          </text>
          <text x={0} y={plot.height + 15}>
            {first !== undefined && <Edge at={first} />}
          </text>
          <text x={plot.width} y={plot.height + 15} textAnchor="end">
            {last !== undefined && <Edge at={last} />}
          </text>
        </g>
      </svg>
    </figure>
  );
}

function Edge({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <>
      <title>{exact(at)}</title>
      {clock(at, now)}
    </>
  );
}

function lastOf(values: TimeSeries["values"], text: (value: number) => string): string {
  const last = values.at(-1);
  return last == null ? "–" : text(last);
}
