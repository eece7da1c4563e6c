import { type Area, areaOf, type Size, xOf, yOf } from "./area";
import { drawBand, drawLine, drawMarks } from "./drawSeries";
import { formatStep, formatTick } from "./format";
import { bandsShown, type ChartModel } from "./model";
import { chartFont, palette } from "./palette";
import { ticksOf } from "./ticks";

/** Draws a whole chart; null draws only the background. */
export function drawChart(context: CanvasRenderingContext2D, model: ChartModel | null, size: Size): void {
  context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, size.width, size.height);
  if (model === null) {
    return;
  }
  const area = areaOf(size);
  drawAxes(context, model, area);
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  if (bandsShown(model.series)) {
    for (const series of model.series) {
      drawBand(context, model, area, series);
    }
  }
  for (const { raw, style } of model.series) {
    if (raw !== null) {
      drawLine(context, model, area, raw, { colour: style.colour, dash: [], alpha: 0.28, width: 1 });
    }
  }
  for (const { line, style } of model.series) {
    drawLine(context, model, area, line, { colour: style.colour, dash: style.dash, alpha: 1, width: 1.5 });
  }
  context.restore();
  drawMarks(context, model, area);
}

function drawAxes(context: CanvasRenderingContext2D, model: ChartModel, area: Area): void {
  const bottom = area.top + area.height;
  context.font = chartFont;
  context.fillStyle = palette.secondary;
  context.strokeStyle = palette.border;
  context.lineWidth = 1;
  context.setLineDash([]);
  context.beginPath();
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of ticksOf(model.y, area.height / 40)) {
    const y = Math.round(yOf(model, area, tick)) + 0.5;
    context.moveTo(area.left, y);
    context.lineTo(area.left + area.width, y);
    context.fillText(formatTick(tick), area.left - 6, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of ticksOf(model.x, area.width / 90, true)) {
    const x = Math.round(xOf(model, area, tick)) + 0.5;
    context.moveTo(x, area.top);
    context.lineTo(x, bottom);
    context.fillText(formatStep(tick), Math.min(x, area.left + area.width - 14), bottom + 7);
  }
  context.stroke();
}
