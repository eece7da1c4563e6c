import { figure } from "../../format/numbers";
import { Fault, Waiting } from "../../shell/Notice";
import { barsOf, type Bins } from "./histogram";
import { useMediaContent } from "./queries";

interface HistogramItemProps {
  readonly runId: string;
  readonly name: string;
  readonly itemId: number;
}

interface Histogram extends Bins {
  readonly nan_count?: number;
  readonly infinite_count?: number;
}

const plot = { width: 560, height: 130 };
const below = 22;

/** A histogram as bars. */
export function HistogramItem({ runId, name, itemId }: HistogramItemProps) {
  const { data: histogram, error } = useMediaContent(runId, itemId, async (response) => (await response.json()) as Histogram);
  if (histogram === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  const { edges, counts, nan_count: nans = 0, infinite_count: infinities = 0 } = histogram;
  const [low, high] = [edges[0], edges.at(-1)];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <>
      <svg
        viewBox={`0 0 ${plot.width} ${plot.height + below}`}
        className="axes"
        role="img"
        aria-label={`${name}: ${figure(total)} values from ${figure(low)} to ${figure(high)}`}
      >
        <line x1={0} x2={plot.width} y1={plot.height} y2={plot.height} stroke="var(--border)" />
        {barsOf({ edges, counts }).map(({ x, width, height, from, to, count }) => (
          <rect
            key={x}
            x={x * plot.width}
            y={(1 - height) * plot.height}
            width={Math.max(width * plot.width - 0.5, 0.5)}
            height={height * plot.height}
            fill="var(--series-1)"
          >
            <title>{`${figure(from)} to ${figure(to)}: ${figure(count)}`}</title>
          </rect>
        ))}
        <text x={0} y={plot.height + 16}>
          {figure(low)}
        </text>
        <text x={plot.width} y={plot.height + 16} textAnchor="end">
          {figure(high)}
        </text>
      </svg>
      {(nans > 0 || infinities > 0) && (
        <p className="error">
          {nans > 0 && `${figure(nans)} NaN `}
          {infinities > 0 && `${figure(infinities)} infinite`}
        </p>
      )}
    </>
  );
}
