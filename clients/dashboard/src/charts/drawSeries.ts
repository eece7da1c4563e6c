import { type Area, xOf, yOf } from "./area";
import { type ChartModel, type DrawnSeries, marksOf } from "./model";
import { palette } from "./palette";
import type { LinePoint } from "./smoothing";
import { middle } from "./curve";

export interface Stroke {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly alpha: number;
  readonly width: number;
}

/** A line that breaks at missing values and values off the scale; a single value between two breaks is a dot. */
export function drawLine(
  context: CanvasRenderingContext2D,
  model: ChartModel,
  area: Area,
  line: readonly LinePoint[],
  stroke: Stroke,
): void {
  context.globalAlpha = stroke.alpha;
  context.strokeStyle = stroke.colour;
  context.fillStyle = stroke.colour;
  context.lineWidth = stroke.width;
  context.lineJoin = "bevel";
  context.setLineDash([...stroke.dash]);
  context.beginPath();
  let length = 0;
  let x = 0;
  let y = 0;
  const dot = () => {
    if (length === 1) {
      context.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
    length = 0;
  };
  for (const point of line) {
    const next = point.y === null ? Number.NaN : yOf(model, area, point.y);
    if (Number.isNaN(next)) {
      dot();
      continue;
    }
    x = xOf(model, area, point.x);
    y = next;
    if (length === 0) {
      context.moveTo(x, y);
    } else {
      context.lineTo(x, y);
    }
    length++;
  }
  dot();
  context.stroke();
  context.globalAlpha = 1;
}

/** A band from the minimum to the maximum of each bucket. Values at or below zero on a log scale reach to the bottom. */
export function drawBand(context: CanvasRenderingContext2D, model: ChartModel, area: Area, { curve, style, hasBand }: DrawnSeries): void {
  if (!hasBand) {
    return;
  }
  const bottom = area.top + area.height;
  let lower: [number, number][] = [];
  context.globalAlpha = 0.2;
  context.fillStyle = style.colour;
  context.beginPath();
  const close = () => {
    for (const [x, y] of lower.reverse()) {
      context.lineTo(x, y);
    }
    context.closePath();
    lower = [];
  };
  for (const bucket of curve) {
    const high = bucket.max === null ? Number.NaN : yOf(model, area, bucket.max);
    if (bucket.min === null || Number.isNaN(high)) {
      close();
      continue;
    }
    const low = yOf(model, area, bucket.min);
    const x = xOf(model, area, middle(bucket));
    if (lower.length === 0) {
      context.moveTo(x, high);
    } else {
      context.lineTo(x, high);
    }
    lower.push([x, Number.isNaN(low) ? bottom : low]);
  }
  close();
  context.fill();
  context.globalAlpha = 1;
}

/** A cross at the bottom for NaN, a triangle at the top for infinities; at most one of each per pixel and series. */
export function drawMarks(context: CanvasRenderingContext2D, model: ChartModel, area: Area): void {
  context.setLineDash([]);
  context.lineWidth = 1.5;
  context.strokeStyle = palette.error;
  for (const { curve, style } of model.series) {
    context.fillStyle = style.colour;
    const drawn = new Set<string>();
    for (const mark of marksOf(curve)) {
      const x = Math.round(xOf(model, area, mark.x));
      if (x < area.left || x > area.left + area.width || drawn.has(`${mark.kind}${x}`)) {
        continue;
      }
      drawn.add(`${mark.kind}${x}`);
      if (mark.kind === "nan") {
        drawCross(context, x, area.top + area.height - 5);
      } else {
        drawTriangle(context, x, area.top);
      }
    }
  }
}

function drawCross(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x - 3, y - 3);
  context.lineTo(x + 3, y + 3);
  context.moveTo(x + 3, y - 3);
  context.lineTo(x - 3, y + 3);
  context.stroke();
}

function drawTriangle(context: CanvasRenderingContext2D, x: number, top: number): void {
  context.beginPath();
  context.moveTo(x - 4, top + 7);
  context.lineTo(x + 4, top + 7);
  context.lineTo(x, top);
  context.fill();
}
