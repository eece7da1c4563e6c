import { LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { middle } from "../../src/charts/curve";
import { colourAt, dashAt } from "../../src/charts/palette";
import type { BenchCurve } from "./data";
import { bandsFor, height, type Renderer, width } from "./renderers";

use([LineChart, GridComponent, CanvasRenderer]);

export function echarts(host: HTMLElement): Renderer {
  const box = document.createElement("div");
  host.append(box);
  const chart = init(box, null, { renderer: "canvas", width, height });
  return {
    draw: (curves) => {
      const bands = bandsFor(curves);
      chart.setOption({
        animation: false,
        xAxis: { type: "value", min: "dataMin", max: "dataMax" },
        yAxis: { type: "value", scale: true },
        series: curves.flatMap(({ name, curve }, index) => seriesFor(name, curve, index, bands)),
      });
      chart.getZr().flush();
    },
    remove: () => {
      chart.dispose();
      box.remove();
    },
  };
}

/** ECharts has no bands: stack an area on an invisible line at the lower edge. */
function seriesFor(name: string, curve: BenchCurve["curve"], index: number, bands: boolean) {
  const base = { type: "line" as const, symbol: "none", silent: true, animation: false };
  const dash = dashAt(index);
  const line = {
    ...base,
    name,
    lineStyle: { color: colourAt(index), width: 1.5, ...(dash.length > 0 ? { type: [...dash] } : {}) },
    data: curve.map((bucket) => [middle(bucket), bucket.mean]),
  };
  const edge = { ...base, stack: name, stackStrategy: "all" as const, lineStyle: { opacity: 0 } };
  return bands
    ? [
        line,
        { ...edge, name: `${name} min`, data: curve.map((bucket) => [middle(bucket), bucket.min]) },
        {
          ...edge,
          name: `${name} band`,
          areaStyle: { color: colourAt(index), opacity: 0.2 },
          data: curve.map((bucket) => [middle(bucket), (bucket.max ?? 0) - (bucket.min ?? 0)]),
        },
      ]
    : [line];
}
