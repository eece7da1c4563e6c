import { describe, expect, it } from "vitest";
import { bodyOf, problemsOf } from "../forms/fields";
import { alertFields, ruleInWords } from "./fields";

describe("a rule", () => {
  it.each([
    [{ kind: "above", metric: "loss", threshold: 2, points: 3 }, "loss is above 2 3 times in a row"],
    [{ kind: "below", metric: "acc", threshold: 0.5, points: 1 }, "acc is below 0.5"],
    [{ kind: "nan", metric: null }, "any metric is NaN"],
    [{ kind: "plateau", metric: "loss", patience_steps: 100 }, "loss does not improve for 100 steps"],
    [{ kind: "stalled" }, "a run is silent for longer than its announced interval"],
    [{ kind: "stalled", after_seconds: 60 }, "a run is silent for 60 seconds"],
    [{ kind: "failed" }, "a run failed"],
    [{ kind: "finished" }, "a run finished"],
  ])("%j is said as %s", (rule, words) => {
    expect(ruleInWords(rule)).toBe(words);
  });

  it("asks only for what has a meaning for its kind", () => {
    const values = { kind: "failed", metric: "loss", threshold: "2", name: "oh no" };
    expect(bodyOf(alertFields("failed"), values)).toEqual({ kind: "failed", name: "oh no" });
    expect(problemsOf(alertFields("above"), { kind: "above" })).toEqual({ metric: "is required", threshold: "is required" });
  });
});
