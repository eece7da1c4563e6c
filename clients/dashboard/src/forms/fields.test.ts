import { describe, expect, it } from "vitest";
import { bodyOf, type Field, incomplete, problemOf, problemsOf, unchangedProblems, valuesOf } from "./fields";

const rate: Field = { kind: "number", name: "rate", title: "Rate", min: 0, max: 1, exclusiveMin: true, required: true };
const steps: Field = { kind: "integer", name: "steps", title: "Steps", min: 1, max: 10 };
const dropout: Field = { kind: "number", name: "dropout", title: "Dropout", min: 0, max: 1, exclusiveMax: true };
const name: Field = { kind: "text", name: "name", title: "Name", max: 3 };
const flag: Field = { kind: "flag", name: "flag", title: "Flag" };
const lines: Field = { kind: "lines", name: "lines", title: "Lines" };

describe("a field", () => {
  it.each<[Field, string, string | undefined]>([
    [rate, "", "is required"],
    [rate, "0", "must be above 0 and at most 1"],
    [rate, "1e-3", undefined],
    [rate, "a", "must be a number"],
    [rate, "Infinity", "must be a number"],
    [dropout, "1", "must be at least 0 and below 1"],
    [dropout, "0.99", undefined],
    [steps, "", undefined],
    [steps, "1.5", "must be a whole number"],
    [steps, "11", "must be from 1 to 10"],
    [name, "four", "must have at most 3 characters"],
    [name, " abc ", undefined],
  ])("%o with %j: %s", (field, text, problem) => {
    expect(problemOf(field, text)).toBe(problem);
  });
});

it("leaves out of a request what a form leaves empty", () => {
  expect(bodyOf([rate, steps, name, flag, lines], { rate: "0.5", steps: "", flag: "true", lines: " a \n\nb", other: "x" })).toEqual({
    rate: 0.5,
    flag: true,
    lines: ["a", "b"],
  });
});

it("shows a request as it was made", () => {
  const fields = [rate, steps, flag, lines];
  const body = { rate: 0.001, steps: 7, flag: true, lines: ["a", "b"] };
  expect(bodyOf(fields, valuesOf(fields, { ...body, unknown: 1 }))).toEqual(body);
  expect(valuesOf(fields, { rate: null, flag: false })).toEqual({});
});

it("names every problem by its field", () => {
  expect(problemsOf([rate, steps, name], { steps: "0", name: "abc" })).toEqual({ rate: "is required", steps: "must be from 1 to 10" });
});

it("drops a problem of the server's once its field is changed", () => {
  const problems = { path: "does not exist", steps: "must be at most 10" };
  expect(unchangedProblems(problems, { path: "a", steps: "20" }, { path: "b", steps: "20" })).toEqual({ steps: "must be at most 10" });
});

it("says what keeps a form from being sent", () => {
  const fields = [{ kind: "text", name: "path", title: "Corpus" }] as const;
  expect(incomplete(fields, { path: "is required", other: "is required" })).toBe("Not ready: Corpus, other");
  expect(incomplete(fields, {})).toBeUndefined();
});
