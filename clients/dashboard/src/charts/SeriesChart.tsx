import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { api, data } from "../api/client";
import { figure } from "../format/numbers";
import { useLive } from "../live/hooks";
import { curveOf } from "./curve";

const AMBER = "#ffd700";
const MUTED = "#8c8c8c";
const MOST_POINTS = 2000;
const BETWEEN_READS = 1000;
// So many values or fewer are seen one by one: a line has none where there is but one.
const FEW = 30;

interface SeriesChartProps {
  readonly runId: string;
  readonly name: string;
}

/** A series of a run over its steps: the mean as a line, what lies between least and greatest as a shade. Drag to zoom, which reads that range finely. */
export function SeriesChart({ runId, name }: SeriesChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [range, setRange] = useState<readonly [number, number] | undefined>();
  const client = useQueryClient();
  const queryKey = ["metrics", runId, name, range];
  const { data: history } = useQuery({
    queryKey,
    queryFn: () =>
      data(
        api.GET("/api/runs/{runId}/metrics", {
          params: { path: { runId }, query: { keys: [name], max_points: MOST_POINTS, ...(range === undefined ? {} : { from_step: range[0], to_step: range[1] }) } },
        }),
      ),
    placeholderData: (previous) => previous,
  });
  useLive(runId, (message) => {
    if (message.type !== "resync" && !(message.type === "metric_update" && name in message.metrics)) return;
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      void client.invalidateQueries({ queryKey });
    }, BETWEEN_READS);
  });

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new uPlot(options(element, name, (from, to) => setRange([from, to])), [[], [], [], []], element);
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: element.clientHeight }));
    resized.observe(element);
    plot.current = drawn;
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
  }, [name]);

  const series = history?.series[0];
  useEffect(() => {
    if (series === undefined) return;
    const { steps, mean, min, max } = curveOf(series);
    plot.current?.setData([[...steps], [...mean], [...max], [...min]]);
  }, [series]);

  const last = series?.points?.at(-1)?.value ?? series?.buckets?.at(-1)?.last;
  return (
    <div className="chart">
      <div ref={place} className="plot" role="img" aria-label={`${name}: ${figure(series?.count)} values, the last ${figure(last)}`} />
      {range !== undefined && (
        <button type="button" className="unzoom" onClick={() => setRange(undefined)}>
          {figure(range[0])}–{figure(range[1])} ✗
        </button>
      )}
    </div>
  );
}

function options(element: HTMLElement, name: string, zoom: (from: number, to: number) => void): uPlot.Options {
  const axis: uPlot.Axis = { stroke: MUTED, grid: { stroke: "#1a1a1a", width: 1 }, ticks: { stroke: "#333333" }, font: '11px "JetBrains Mono", monospace' };
  const edge: uPlot.Series = { stroke: "transparent", points: { show: false } };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    scales: { x: { time: false } },
    axes: [axis, { ...axis, size: 72, values: (_, ticks) => ticks.map(figure) }],
    series: [{}, { label: name, stroke: AMBER, width: 1.25, points: { size: 4, fill: AMBER, show: (drawn) => drawn.data[0].length < FEW } }, edge, edge],
    bands: [{ series: [2, 3], fill: "rgb(255 165 0 / 18%)" }],
    cursor: { sync: { key: "step" }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      setSelect: [
        (drawn) => {
          const { left, width } = drawn.select;
          if (width > 4) zoom(Math.floor(drawn.posToVal(left, "x")), Math.ceil(drawn.posToVal(left + width, "x")));
          drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}
