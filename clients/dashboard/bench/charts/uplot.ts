import uPlot from "uplot";
import { middle } from "../../src/charts/curve";
import { colourAt, dashAt } from "../../src/charts/palette";
import { bandsFor, height, type Renderer, width } from "./renderers";
import type { BenchCurve } from "./data";

/** uPlot's curves share one list of steps, so the steps of all runs are joined. */
export function uplot(host: HTMLElement): Renderer {
  let plot: uPlot | null = null;
  let notify: (() => void) | null = null;
  return {
    draw: (curves) =>
      new Promise((drawn) => {
        const data = tables(curves);
        if (plot === null) {
          plot = new uPlot({ ...options(curves), hooks: { draw: [() => notify?.()] } }, data, host);
        } else {
          plot.setData(data);
        }
        notify = drawn;
      }),
    remove: () => {
      plot?.destroy();
    },
  };
}

function tables(curves: readonly BenchCurve[]): uPlot.AlignedData {
  const bands = bandsFor(curves);
  return uPlot.join(
    curves.map(({ curve }) => {
      const steps = curve.map(middle);
      const mean = curve.map((bucket) => bucket.mean);
      return bands ? [steps, mean, curve.map((bucket) => bucket.max), curve.map((bucket) => bucket.min)] : [steps, mean];
    }),
  );
}

function options(curves: readonly BenchCurve[]): uPlot.Options {
  const bands = bandsFor(curves);
  const columns = bands ? 3 : 1;
  return {
    width,
    height,
    pxAlign: false,
    legend: { show: false },
    scales: { x: { time: false } },
    series: [
      {},
      ...curves.flatMap((_, index): uPlot.Series[] => {
        const line: uPlot.Series = {
          stroke: colourAt(index),
          dash: [...dashAt(index)],
          width: 1.5,
          spanGaps: true,
          points: { show: false },
        };
        const edge: uPlot.Series = { width: 0, spanGaps: true, points: { show: false } };
        return bands ? [line, edge, edge] : [line];
      }),
    ],
    bands: bands ? curves.map((_, index) => ({ series: [index * columns + 2, index * columns + 3], fill: `${colourAt(index)}33` })) : [],
  };
}
