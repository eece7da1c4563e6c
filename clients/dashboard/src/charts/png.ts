import { areaOf } from "./area";
import { drawChart } from "./drawing";
import type { ChartModel } from "./model";
import { chartFont, palette } from "./palette";

const lineHeight = 16;

export interface Picture {
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** Renders a chart with title, legend and notes at double resolution. */
export async function pngOf(model: ChartModel, { title, width, height }: Picture): Promise<Blob> {
  const ratio = 2;
  const captions = [...model.series.map(({ style }) => style), ...model.notes];
  const canvas = document.createElement("canvas");
  canvas.width = width * ratio;
  canvas.height = (height + lineHeight * (captions.length + 2)) * ratio;
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new Error("The browser does not support canvas drawing.");
  }
  const chart = document.createElement("canvas");
  chart.width = width * ratio;
  chart.height = height * ratio;
  const plot = chart.getContext("2d");
  if (plot !== null) {
    drawChart(plot, model, { width, height, ratio });
  }
  context.scale(ratio, ratio);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, width, canvas.height);
  context.drawImage(chart, 0, lineHeight * 1.5, width, height);
  context.font = chartFont;
  context.textBaseline = "middle";
  context.fillStyle = palette.text;
  const { left } = areaOf({ width, height });
  context.fillText(title, left, lineHeight);
  for (const [index, caption] of captions.entries()) {
    const y = height + lineHeight * (index + 2);
    if (typeof caption === "string") {
      context.fillStyle = palette.secondary;
      context.fillText(caption, left, y);
    } else {
      context.strokeStyle = caption.colour;
      context.lineWidth = 1.5;
      context.setLineDash([...caption.dash]);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + 32, y);
      context.stroke();
      context.fillStyle = palette.text;
      context.fillText(caption.label, left + 40, y);
    }
  }
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) {
        reject(new Error("The image is too large."));
      } else {
        resolve(blob);
      }
    }, "image/png");
  });
}
