import { describe, expect, it } from "vitest";
import { csvOf, lessIsBetter, metricRows, parameterRows } from "./differences";

const run = (metrics: Record<string, number | string>, parameters: Record<string, string | number> = {}) => ({
  metrics,
  parameters: new Map(Object.entries(parameters)),
});
const best = (name: string, ...values: (number | string)[]) =>
  metricRows(
    [name],
    values.map((value) => run({ [name]: value })),
    String,
  )[0]?.best;

describe("the best of a metric", () => {
  it("is the least of a loss and the greatest of an accuracy, whoever shares it", () => {
    expect(best("val_loss", 2, 1, 1, 3)).toEqual([1, 2]);
    expect(best("eval/accuracy", 0.2, 0.9)).toEqual([1]);
  });

  it("is none where all are alike, where values are not finite, or where nobody knows", () => {
    expect(best("val_loss", 1, 1)).toEqual([]);
    expect(best("val_loss", "NaN", 2, "-Infinity", 3)).toEqual([1]);
    expect(best("epoch", 1, 2)).toEqual([]);
  });

  it.each([
    ["train_loss", true],
    ["val_ppl", true],
    ["eval/bits_per_byte", true],
    ["accuracy", false],
    ["tokens_per_second", false],
    ["learning_rate", undefined],
  ])("of %s: less is better is %s", (name, less) => {
    expect(lessIsBetter(name)).toBe(less);
  });
});

it("shows what a run does not have as a dash", () => {
  expect(parameterRows(["lr", "seed"], [run({}, { lr: 0.1 }), run({}, { lr: 0.2, seed: 1 })]).map(({ texts }) => texts)).toEqual([
    ["0.1", "0.2"],
    ["–", "1"],
  ]);
});

it("goes into a spreadsheet as text, whatever it looks like", () => {
  const rows = parameterRows(["note", "lr"], [run({}, { note: '=HYPERLINK("x")', lr: -0.5 }), run({}, { note: "a,\nb", lr: -1e-5 })]);
  expect(
    csvOf(
      [
        { runId: "1", name: "one" },
        { runId: "2", name: '"two"' },
      ],
      rows,
    ),
  ).toBe(',one,"""two"""\r\nrun_id,1,2\r\nnote,"\'=HYPERLINK(""x"")","a,\nb"\r\nlr,-0.5,-0.00001\r\n');
});
