// node bench/page/run.mjs [--server http://localhost:5080] [--minutes 30] [--chromium /usr/bin/chromium]
// Measures the whole dashboard on a running Trainyard, in headless Chromium without a GPU, at 1440 by 900 pixels.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { fill, post } from "../charts/fill.mjs";

const { values: options } = parseArgs({
  options: {
    server: { type: "string", default: "http://localhost:5080" },
    minutes: { type: "string", default: "1" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    points: { type: "string", default: "1000000" },
  },
});
const runs = Array.from({ length: 50 }, (_, index) => `live-bench-${index}`);
const perSecond = 10;

/** Logs two values per run at the given rate until the returned function is called. */
function feed() {
  let step = 0;
  let going = true;
  const interval = 1000 / perSecond;
  const loop = (async () => {
    while (going) {
      const began = performance.now();
      step++;
      await post(
        `${options.server}/api/events/ml`,
        runs.map((run, index) => ({
          event: "ml.run.metric",
          trial_id: run,
          metadata: { step },
          measurements: { train_loss: 2 + 6 / (1 + step / 100) + index / 50, learning_rate: 0.001 },
        })),
      );
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, interval - (performance.now() - began))));
    }
  })();
  return async () => {
    going = false;
    await loop;
  };
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `${at(0.5).toFixed(0)} | ${at(0.95).toFixed(0)}`;
}

/** Frames a second over ten seconds, and the time of the slowest of a hundred frames. */
const frames = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const between = [];
        let last = performance.now();
        const began = last;
        const frame = (now) => {
          between.push(now - last);
          last = now;
          if (now - began < 10_000) requestAnimationFrame(frame);
          else {
            between.sort((a, b) => a - b);
            resolve({ rate: (1000 * between.length) / (now - began), slow: between[Math.floor(between.length * 0.99)] });
          }
        };
        requestAnimationFrame(frame);
      }),
  );

async function heap(session) {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize / 1024 / 1024;
}

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const sizes = readdirSync(`${dist}/assets`)
  .filter((name) => /\.(js|css)$/.test(name))
  .map((name) => ({ name, size: gzipSync(readFileSync(`${dist}/assets/${name}`)).length / 1000 }));
const first = sizes.filter(({ name }) => name.startsWith("index-"));
const sum = (some) => some.reduce((total, { size }) => total + size, 0).toFixed(0);
console.log(
  `## bundle, gzip kB\n\n| script and style of the first page | all pages together |\n|---|---|\n| ${sum(first)} | ${sum(sizes)} |`,
);

const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox", "--disable-gpu"] });
const open = async (path) => {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(options.server + path);
  return page;
};
try {
  const stop = feed();
  await new Promise((resolve) => setTimeout(resolve, 2000));

  const [paints, rows] = [[], []];
  for (let time = 0; time < 10; time++) {
    const page = await open("/");
    await page.locator("tbody tr").first().waitFor();
    rows.push(await page.evaluate(() => performance.now()));
    paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    await page.context().close();
  }
  console.log(
    `\n## cold load while ${runs.length} runs log\n\n| until | p50 ms | p95 ms |\n|---|---|---|\n` +
      `| first contentful paint | ${spread(paints)} |\n| the runs are listed | ${spread(rows)} |`,
  );

  console.log(
    `\n## while ${runs.length} runs log ${perSecond} times a second\n\n| page | frames/s | slowest of a hundred, ms |\n|---|---|---|`,
  );
  for (const [name, path] of [
    ["overview", "/"],
    ["one run", `/runs/${runs[0]}`],
    ["50 runs in a chart", `/compare?metric=train_loss&runs=${runs.join(",")}`],
    ["events", "/events"],
  ]) {
    const page = await open(path);
    await page.waitForTimeout(3000);
    const { rate, slow } = await frames(page);
    console.log(`| ${name} | ${rate.toFixed(1)} | ${slow.toFixed(0)} |`);
    await page.context().close();
  }

  const minutes = Number(options.minutes);
  const page = await open(`/compare?metric=train_loss&runs=${runs.join(",")}`);
  const session = await page.context().newCDPSession(page);
  const overview = await open("/");
  const other = await overview.context().newCDPSession(overview);
  console.log(`\n## heap after a collection, MiB\n\n| minute | 50 runs in a chart | overview |\n|---|---|---|`);
  for (let minute = 0; minute <= minutes; minute += Math.max(1, Math.round(minutes / 6))) {
    console.log(`| ${minute} | ${(await heap(session)).toFixed(1)} | ${(await heap(other)).toFixed(1)} |`);
    if (minute < minutes) await page.waitForTimeout(60_000 * Math.max(1, Math.round(minutes / 6)));
  }
  await stop();

  const points = Number(options.points);
  const run = await fill(options.server, points);
  const opened = [];
  for (let time = 0; time < 10; time++) {
    await page.goto(`${options.server}/runs/${run}/charts`);
    await page.locator("[role=slider]").first().waitFor();
    opened.push(await page.evaluate(() => performance.now()));
  }
  console.log(
    `\n## a run with a series of ${points} points, from opening its page to the drawn curve\n\n` +
      `| p50 ms | p95 ms |\n|---|---|\n| ${spread(opened)} |`,
  );
} finally {
  await browser.close();
}
process.exit(0);
