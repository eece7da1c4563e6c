import { expect, it } from "vitest";
import { samplesOf } from "./samples";

it("reads samples newest first and leaves out what is no whole sample", () => {
  const line = (step: number) => JSON.stringify({ timestamp: "2026-03-04T12:00:00Z", attempt: 1, step, text: `at ${step}` });
  expect(samplesOf(`${line(10)}\n${line(20)}\n{"step":3}\n\n${line(30).slice(0, 20)}`).map(({ text }) => text)).toEqual(["at 20", "at 10"]);
});
