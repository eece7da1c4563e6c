import { describe, expect, it } from "vitest";
import { areaOf } from "./area";
import { pointAt } from "./curve";
import { drawChart } from "./drawing";
import { chartModel, type ChartSettings } from "./model";
import { seriesId, seriesOf } from "./series";

/** A canvas that keeps what is done to it. */
function recorder() {
  const calls: [string, ...unknown[]][] = [];
  const context = new Proxy({} as CanvasRenderingContext2D, {
    get:
      (_, name) =>
      (...values: unknown[]) => {
        calls.push([String(name), ...values]);
      },
    set: () => true,
  });
  return { context, calls, of: (name: string) => calls.filter(([called]) => called === name) };
}

const size = { width: 400, height: 200, ratio: 1 };

function draw(values: readonly number[], settings: Partial<ChartSettings> = {}) {
  const styles = seriesOf([{ runId: "a", label: "a", color: "#fff" }], ["loss"]);
  const curves = new Map([[seriesId("a", "loss"), values.map((value, step) => pointAt(step, value))]]);
  const canvas = recorder();
  drawChart(canvas.context, chartModel(styles, curves, { scale: "linear", smoothing: 0, clipOutliers: false, ...settings }), size);
  return canvas;
}

/** Pieces of the last line drawn, by their lengths. */
function pieces(canvas: ReturnType<typeof recorder>): number[] {
  const clip = canvas.calls.findIndex(([name]) => name === "clip");
  const restore = canvas.calls.findIndex(([name]) => name === "restore");
  const lengths: number[] = [];
  for (const [name] of canvas.calls.slice(clip, restore)) {
    if (name === "moveTo") {
      lengths.push(1);
    } else if (name === "lineTo") {
      lengths.push((lengths.pop() ?? 0) + 1);
    }
  }
  return lengths;
}

describe("a line", () => {
  it("is drawn in one piece", () => {
    expect(pieces(draw([1, 2, 3]))).toEqual([3]);
  });

  it("breaks at NaN, where a mark is drawn", () => {
    const canvas = draw([1, 2, Number.NaN, 4, 5, 6]);
    expect(pieces(canvas)).toEqual([2, 3]);
  });

  it("is a dot where a value stands alone", () => {
    const canvas = draw([1, Number.NaN, 3, Number.NaN, 5]);
    expect(canvas.of("fillRect").filter(([, , , width, height]) => width === 3 && height === 3)).toHaveLength(3);
  });

  it("breaks at zero on a logarithmic scale", () => {
    expect(pieces(draw([1, 2, 0, 4, 5], { scale: "log" }))).toEqual([2, 2]);
  });

  it("is only sent to places a canvas can draw to", () => {
    const canvas = draw([...Array.from({ length: 300 }, () => 1), 1e300, 1], { clipOutliers: true });
    const { height } = areaOf(size);
    for (const [, , y] of canvas.of("lineTo")) {
      expect(Math.abs(Number(y))).toBeLessThan(20 * height);
    }
  });
});

it("draws only the ground when there is nothing", () => {
  const canvas = recorder();
  drawChart(canvas.context, null, size);
  expect(canvas.of("stroke")).toEqual([]);
});
