import { describe, expect, it } from "vitest";
import { configProblems } from "./config";
import { estimateOf, throughputOf } from "./estimate";
import { parametersOf, shapeOf } from "./shape";

const tiny = shapeOf({ model_size: "tiny" });
const nano = shapeOf({ model_size: "nano" });
const small = shapeOf({ model_size: "small" });

describe("a shape", () => {
  it("has as many weights as the trainer counts", () => {
    expect(parametersOf(tiny, 2048)).toBe(1_071_872);
    expect(parametersOf(shapeOf({ model_size: "gpt2-124m" }), 50_257)).toBe(124_439_808);
  });

  // The counts are those that the trainer reports; see the test of the same sizes in tests/Models.Tests/FamilyTests.cs.
  it.each([
    ["gpt2", "4", 1_071_872],
    ["llama", "4", 1_066_112],
    ["llama", "2", 1_000_576],
    ["qwen", "1", 968_064],
  ])("of %s with %s key heads has as many weights as the trainer counts", (model_family, kv_heads, count) => {
    expect(parametersOf(shapeOf({ model_family, kv_heads, model_size: "tiny" }), 2048)).toBe(count);
  });

  it("is its size's, but for what is said", () => {
    expect(shapeOf({ model_size: "nano", layers: "5", dim: "x", heads: "" })).toEqual({ ...nano, layers: 5 });
    expect(shapeOf({})).toEqual(tiny);
  });
});

describe("the throughput to expect", () => {
  const run = (shape: typeof tiny, tokensPerSecond: number) => ({ shape, vocabulary: 2048, tokensPerSecond });

  it("is the median of runs of this size, whatever others did", () => {
    expect(throughputOf(tiny, 2048, [run(tiny, 10), run(tiny, 30), run(tiny, 20), run(small, 1000), run(nano, 1)])).toEqual({
      tokensPerSecond: 20,
      runs: 3,
      scaled: false,
    });
  });

  it("is scaled by operations where there are only others", () => {
    const expected = throughputOf(tiny, 2048, [run(nano, 80_000)]);
    expect(expected?.scaled).toBe(true);
    expect(expected?.tokensPerSecond).toBeLessThan(80_000 / 3);
    expect(expected?.tokensPerSecond).toBeGreaterThan(80_000 / 8);
  });

  it("is unknown without a run that was measured", () => {
    expect(throughputOf(tiny, 2048, [run(tiny, 0)])).toBeUndefined();
  });
});

describe("an estimate", () => {
  const work = {
    shape: tiny,
    vocabulary: 2048,
    batch: 16,
    accumulation: 2,
    maxSteps: undefined,
    epochs: undefined,
    corpusTokens: 409_600,
    keptCheckpoints: 3,
  };
  const rate = { tokensPerSecond: 4096, runs: 1, scaled: false };

  it("goes once through the corpus when nothing is said", () => {
    expect(estimateOf(work, rate)).toEqual({
      parameters: 1_071_872,
      tokensPerStep: 4096,
      steps: 100,
      tokens: 409_600,
      epochs: 1,
      seconds: 100,
      disk: 1_071_872 * 12 * 4,
    });
  });

  it("ends with whatever comes first", () => {
    expect(estimateOf({ ...work, maxSteps: 50 }, rate)).toMatchObject({ steps: 50, seconds: 50, epochs: 0.5 });
    expect(estimateOf({ ...work, maxSteps: 250 }, rate)).toMatchObject({ steps: 250, epochs: 2.5 });
    expect(estimateOf({ ...work, maxSteps: 250, epochs: 2 }, rate)).toMatchObject({ steps: 200 });
  });

  it("says what it can without a corpus or a measurement", () => {
    expect(estimateOf({ ...work, corpusTokens: undefined }, undefined)).toMatchObject({
      steps: undefined,
      tokens: undefined,
      seconds: undefined,
    });
    expect(estimateOf({ ...work, corpusTokens: undefined, maxSteps: 10 }, rate)).toMatchObject({
      steps: 10,
      seconds: 10,
      epochs: undefined,
    });
  });
});

it("holds fields against each other as the server does", () => {
  const whole = { tokenizer_id: "tok-1", corpus_path: "." };
  expect(configProblems(whole)).toEqual({});
  expect(configProblems({ ...whole, dim: "130" })).toEqual({ dim: "must be a multiple of heads (130 is not one of 4)" });
  expect(configProblems({ ...whole, dim: "7", heads: "x" })).toEqual({ dim: "must be from 8 to 8192", heads: "must be a number" });
  expect(configProblems({ ...whole, model_family: "gpt2", kv_heads: "2" })).toEqual({ kv_heads: "must equal heads (4)" });
  expect(configProblems({ ...whole, model_family: "llama", kv_heads: "3" })).toEqual({
    kv_heads: "must divide heads (4 is not a multiple of 3)",
  });
  expect(configProblems({ ...whole, model_family: "qwen", kv_heads: "2" })).toEqual({});
  expect(configProblems({ ...whole, model_family: "qwen", dim: "132" })).toEqual({ dim: "must be an even multiple of heads (4)" });
  expect(configProblems({ ...whole, model_family: "llama", model_size: "gpt2-124m" })).toEqual({
    model_size: "is a size of gpt2, not of llama",
  });
  expect(configProblems({ corpus_path: ".", pretrained_path: "given" })).toEqual({});
  expect(configProblems({ corpus_path: ".", pretrained_path: "given", dim: "64", start_from: "run-1" })).toEqual({
    dim: "is given by the model; leave it empty",
    start_from: "can't be combined with a given model",
  });
  expect(configProblems({})).toEqual({ tokenizer_id: "is required", corpus_path: "is required" });
});
