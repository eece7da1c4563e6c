import { keepPreviousData } from "@tanstack/react-query";
import { queries } from "../../api/queries";
import { figure } from "../../format/numbers";
import { heatMapOf, type HistogramStep } from "./histogram";

interface HistogramHistoryProps {
  readonly runId: string;
  readonly name: string;
  /** The step that the panel shows. */
  readonly step: number;
  readonly onStep: (step: number) => void;
}

const plot = { width: 560, height: 120 };
const [left, below] = [70, 22] as const;
const rows = 40;
const faintest = 0.02;

/** How a distribution changes: a column for each step, brighter where more values lie. A click shows the step. */
export function HistogramHistory({ runId, name, step, onStep }: HistogramHistoryProps) {
  const { data: history } = queries.useQuery(
    "get",
    "/api/runs/{runId}/media/histograms",
    { params: { path: { runId }, query: { name } } },
    { placeholderData: keepPreviousData },
  );
  if (history === undefined) {
    return null;
  }
  const { low, high, columns } = heatMapOf(history.histograms as readonly HistogramStep[], rows);
  if (columns.length === 0) {
    return null;
  }
  const [width, height] = [plot.width / columns.length, plot.height / rows];
  const [first, last] = [columns[0]?.step ?? 0, columns.at(-1)?.step ?? 0];
  return (
    <svg
      viewBox={`0 0 ${left + plot.width} ${plot.height + below}`}
      className="axes"
      role="img"
      aria-label={`${name} from step ${first} to ${last}, values from ${figure(low)} to ${figure(high)}`}
    >
      <text x={left - 8} y={10} textAnchor="end">
        {figure(high)}
      </text>
      <text x={left - 8} y={plot.height} textAnchor="end">
        {figure(low)}
      </text>
      <g transform={`translate(${left} 0)`}>
        {columns.map(({ step: at, cells }, column) => (
          // The slider does the same by keyboard.
          <g key={at} transform={`translate(${column * width} 0)`} onClick={() => onStep(at)}>
            <title>{`step ${figure(at)}`}</title>
            <rect width={width} height={plot.height} fill="var(--ground-raised)" />
            {cells.map(
              (cell, row) =>
                cell > faintest && (
                  <rect
                    key={row}
                    y={(rows - 1 - row) * height}
                    width={width + 0.3}
                    height={height + 0.3}
                    fill="var(--series-1)"
                    fillOpacity={cell}
                  />
                ),
            )}
            {at === step && <rect width={width} height={plot.height} fill="none" stroke="var(--info)" />}
          </g>
        ))}
        <text x={0} y={plot.height + 16}>
          step {figure(first)}
        </text>
        <text x={plot.width} y={plot.height + 16} textAnchor="end">
          {figure(last)}
        </text>
      </g>
    </svg>
  );
}
