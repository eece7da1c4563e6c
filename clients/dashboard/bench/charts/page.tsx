import "uplot/dist/uPlot.min.css";
import { createRoot, type Root } from "react-dom/client";
import { apiHistory, type HistorySource, type LiveListener, type LiveSource, SeriesChart } from "../../src/charts";
import { colourAt } from "../../src/charts/palette";
import { benchCurves, extended, lossAt } from "./data";
import { echarts } from "./echarts";
import { own } from "./own";
import { type Renderer, settle } from "./renderers";
import { uplot } from "./uplot";

const makers: Readonly<Record<string, (host: HTMLElement) => Renderer>> = { own, uplot, echarts };
const host = document.querySelector<HTMLElement>("#host") ?? document.body;

const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

function make(name: string): Renderer {
  const maker = makers[name];
  if (maker === undefined) {
    throw new Error(`Unknown renderer ${name}.`);
  }
  return maker(host);
}

/** Milliseconds from curves to a finished canvas; each time a new one. */
async function firstDraws(name: string, count: number, buckets: number, times: number): Promise<number[]> {
  const curves = benchCurves(count, buckets);
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    await frame();
    const start = performance.now();
    const renderer = make(name);
    await renderer.draw(curves);
    settle(host);
    taken.push(performance.now() - start);
    renderer.remove();
  }
  return taken;
}

/** Milliseconds between frames while each frame adds a point to every curve. */
async function frames(draw: Renderer["draw"], count: number, buckets: number, seconds: number): Promise<number[]> {
  let curves = benchCurves(count, buckets);
  await draw(curves);
  const between: number[] = [];
  let last = await frame();
  const end = last + seconds * 1000;
  while (last < end) {
    curves = extended(curves);
    await draw(curves);
    const now = await frame();
    between.push(now - last);
    last = now;
  }
  return between;
}

async function liveRenderer(name: string, count: number, buckets: number, seconds: number): Promise<number[]> {
  const renderer = make(name);
  const between = await frames((curves) => renderer.draw(curves), count, buckets, seconds);
  renderer.remove();
  return between;
}

let root: Root | null = null;

async function shown(element: React.ReactNode): Promise<void> {
  root?.unmount();
  root = createRoot(host);
  root.render(element);
  while (host.querySelector("[aria-busy=false]") === null || host.querySelector("ul[aria-label=Values]") === null) {
    const error = host.querySelector("figure [role=alert]");
    if (error !== null) {
      throw new Error(error.textContent);
    }
    await frame();
  }
  // The next frame begins after the drawn one has been painted.
  await frame();
  await frame();
}

/** Milliseconds from creating a chart of a stored series until it is painted. */
async function opened(runId: string, key: string, range: { from?: number; to?: number } = {}): Promise<number> {
  root?.unmount();
  root = null;
  await frame();
  const start = performance.now();
  const runs = [{ runId, label: runId, color: colourAt(0) }];
  await shown(
    <SeriesChart runs={runs} keys={[key]} title={key} height={400} source={apiHistory} fromStep={range.from} toStep={range.to} />,
  );
  return performance.now() - start;
}

/** Milliseconds between frames of the whole chart, legend included, while every run logs at this rate. */
async function liveChart(count: number, buckets: number, perSecond: number, seconds: number): Promise<number[]> {
  const curves = benchCurves(count, buckets);
  const listeners = new Set<LiveListener>();
  const source: HistorySource = { read: () => Promise.resolve(curves.map(({ name, curve }) => ({ runId: name, key: "loss", curve }))) };
  const live: LiveSource = {
    subscribe: (_, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const runs = curves.map(({ name }, index) => ({ runId: name, label: name, color: colourAt(index) }));
  await shown(<SeriesChart runs={runs} keys={["loss"]} title="loss" height={400} source={source} live={live} syncKey="bench" />);
  const next = curves.map(({ curve }) => (curve.at(-1)?.to ?? 0) + 1);
  const timer = setInterval(() => {
    const points = curves.map(({ name }, run) => {
      const step = next[run] ?? 0;
      next[run] = step + 500;
      return { run_id: name, step, metrics: { loss: lossAt(run, step) } };
    });
    for (const listener of listeners) {
      listener.points(points);
    }
  }, 1000 / perSecond);
  const between: number[] = [];
  let last = await frame();
  const end = last + seconds * 1000;
  while (last < end) {
    const now = await frame();
    between.push(now - last);
    last = now;
  }
  clearInterval(timer);
  root?.unmount();
  root = null;
  return between;
}

const bench = { firstDraws, liveRenderer, opened, liveChart };
export type Bench = typeof bench;
Object.assign(window, { bench });
