import { chartModel } from "../../src/charts/model";
import { drawChart } from "../../src/charts/drawing";
import { colourAt } from "../../src/charts/palette";
import { seriesId, seriesOf } from "../../src/charts/series";
import { height, type Renderer, width } from "./renderers";

export function own(host: HTMLElement): Renderer {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  host.append(canvas);
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) {
    throw new Error("The browser does not support canvas drawing.");
  }
  return {
    draw: (curves) => {
      const styles = seriesOf(
        curves.map(({ name }, index) => ({ runId: name, label: name, color: colourAt(index) })),
        ["loss"],
      );
      const model = chartModel(styles, new Map(curves.map(({ name, curve }) => [seriesId(name, "loss"), curve])), {
        scale: "linear",
        smoothing: 0,
        clipOutliers: false,
      });
      drawChart(context, model, { width, height, ratio: 1 });
    },
    remove: () => {
      canvas.remove();
    },
  };
}
