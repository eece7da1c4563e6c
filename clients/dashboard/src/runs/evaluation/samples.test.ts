import { expect, it } from "vitest";
import { samplesOf } from "./samples";

it("reads samples newest first and leaves out what is no whole sample", () => {
  const line = (step: number) => JSON.stringify({ timestamp: "2026-03-04T12:00:00Z", attempt: 1, step, text: `at ${step}` });
  expect(samplesOf(`${line(10)}\n${line(20)}\n{"step":3}\n\n${line(30).slice(0, 20)}`).map(({ text }) => text)).toEqual(["at 20", "at 10"]);
});

it("reads what a sample continues, its seed and the evaluation it belongs to, where the line says so", () => {
  const common = { timestamp: "2026-03-04T12:00:00Z", attempt: 1, step: 5, text: "x" };
  const lines = [common, { ...common, prompt: "Once", seed: 7, evaluation_id: "eval-1" }].map((line) => JSON.stringify(line)).join("\n");
  expect(samplesOf(lines).map(({ prompt, seed, evaluation }) => ({ prompt, seed, evaluation }))).toEqual([
    { prompt: "Once", seed: 7, evaluation: "eval-1" },
    { prompt: undefined, seed: undefined, evaluation: undefined },
  ]);
});
