import { useLayoutEffect, useRef } from "react";
import { drawChart } from "./drawing";
import type { ChartModel } from "./model";

export interface ChartCanvasProps {
  readonly model: ChartModel | null;
  readonly width: number;
  readonly height: number;
}

export function ChartCanvas({ model, width, height }: ChartCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const { current } = canvas;
    const context = current?.getContext("2d", { alpha: false }) ?? null;
    if (current === null || context === null || width === 0) {
      return;
    }
    const ratio = window.devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    // Setting a canvas's size clears it and is slow, even if the size stays the same.
    if (current.width !== across || current.height !== down) {
      current.width = across;
      current.height = down;
    }
    drawChart(context, model, { width, height, ratio });
  }, [model, width, height]);
  return <canvas ref={canvas} aria-hidden="true" style={{ width, height }} />;
}
