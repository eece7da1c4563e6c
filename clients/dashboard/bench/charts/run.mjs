// node bench/charts/run.mjs [--server http://localhost:5080] [--chromium /usr/bin/chromium]
// Times in headless Chromium without a GPU, in a page 1200 pixels wide.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { fill } from "./fill.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    server: { type: "string" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    points: { type: "string", default: "1000000" },
  },
});
const shared = { root, configFile: false, logLevel: "error" };

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return `${at(sorted, 0.5).toFixed(1)} | ${at(sorted, 0.95).toFixed(1)}`;
}

function rate(between) {
  const seconds = between.reduce((sum, time) => sum + time, 0) / 1000;
  return `${(between.length / seconds).toFixed(1)} | ${spread(between)}`;
}

async function gzipped(entry) {
  const [built] = [
    await build({ ...shared, build: { write: false, lib: { entry: `${root}/${entry}.ts`, formats: ["es"], fileName: entry } } }),
  ].flat();
  return built.output.reduce((sum, file) => sum + (file.type === "chunk" ? gzipSync(file.code).length : 0), 0);
}

const renderers = ["own", "uplot", "echarts"];
console.log("## bundle\n\n| renderer | gzip kB |\n|---|---|");
for (const name of renderers) {
  console.log(`| ${name} | ${((await gzipped(name)) / 1000).toFixed(1)} |`);
}

await build({ ...shared, build: { outDir: "dist", emptyOutDir: true } });
const server = await preview({
  ...shared,
  build: { outDir: "dist" },
  preview: {
    port: 0,
    host: "127.0.0.1",
    ...(options.server ? { proxy: { "/api": { target: options.server, changeOrigin: true, headers: { origin: options.server } } } } : {}),
  },
});
const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => console.error(error));
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction("window.bench");
  const call = (name, ...values) => page.evaluate(([method, given]) => window.bench[method](...given), [name, values]);

  if (options.server) {
    const points = Number(options.points);
    const runId = await fill(options.server, points);
    await call("opened", runId, "train_loss");
    const whole = [];
    const parts = [];
    for (let time = 0; time < 20; time++) {
      whole.push(await call("opened", runId, "train_loss"));
      const from = Math.floor((time / 25) * points);
      parts.push(await call("opened", runId, "train_loss", { from, to: from + Math.floor(points / 7) }));
    }
    console.log(`\n## a series of ${points} points, from nothing to painted\n\n| range | p50 ms | p95 ms |\n|---|---|---|`);
    console.log(`| whole | ${spread(whole)} |\n| a seventh of it | ${spread(parts)} |`);
  }

  console.log("\n## first draw\n\n| curves × buckets | renderer | p50 ms | p95 ms |\n|---|---|---|---|");
  for (const [count, buckets] of [
    [1, 2000],
    [10, 2000],
    [50, 240],
    [50, 1000],
  ]) {
    for (const name of renderers) {
      console.log(`| ${count} × ${buckets} | ${name} | ${spread(await call("firstDraws", name, count, buckets, 11))} |`);
    }
  }

  console.log(
    "\n## one more point per curve in every frame\n\n| curves × buckets | renderer | fps | p50 ms | p95 ms |\n|---|---|---|---|---|",
  );
  for (const [count, buckets] of [
    [1, 2000],
    [50, 240],
    [50, 1000],
  ]) {
    for (const name of renderers) {
      console.log(`| ${count} × ${buckets} | ${name} | ${rate(await call("liveRenderer", name, count, buckets, 3))} |`);
    }
  }

  console.log(
    "\n## the whole chart while 50 runs log\n\n| buckets | points/s of each run | fps | p50 ms | p95 ms |\n|---|---|---|---|---|",
  );
  for (const [buckets, perSecond] of [
    [240, 1],
    [240, 10],
    [240, 60],
  ]) {
    console.log(`| ${buckets} | ${perSecond} | ${rate(await call("liveChart", 50, buckets, perSecond, 5))} |`);
  }
} finally {
  await browser.close();
  await server.close();
}
