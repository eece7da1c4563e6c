import { describe, expect, it } from "vitest";
import { bodyOf } from "../forms/fields";
import { allFields, configProblems, fieldsOf, groupsOf } from "./config";
import { sizeOf } from "./shape";

const digits = { model_family: "digits", corpus_path: "my-digits", tokenizer_id: "tok-1", heads: "4", layers: "2" };

describe("the form of a family that reads no text", () => {
  it("has no fields of text, and leaves their values out of the request", () => {
    const names = groupsOf(digits).flatMap(({ fields }) => fields.map(({ name }) => name));
    expect(names).not.toContain("heads");
    expect(names).toContain("layers");
    expect(bodyOf(fieldsOf(digits), digits)).toEqual({ model_family: "digits", corpus_path: "my-digits", layers: 2 });
    expect(fieldsOf({ ...digits, model_family: "gpt2" })).toEqual(allFields);
  });

  it("needs a folder, but no tokenizer", () => {
    expect(configProblems({ ...digits, tokenizer_id: "" })).toEqual({});
    expect(Object.keys(configProblems({ ...digits, corpus_path: "" }))).toEqual(["corpus_path"]);
  });

  it("has the options that need no text, and not the others", () => {
    const set = { ...digits, label_smoothing: "0.1", stats_every: "10", curriculum_steps: "5", eval_tokens: "100", eval_prompts: "7" };
    expect(configProblems(set)).toEqual({});
    expect(bodyOf(fieldsOf(set), set)).toMatchObject({ label_smoothing: 0.1, stats_every: 10 });
    expect(Object.keys(bodyOf(fieldsOf(set), set)).filter((name) => /^(curriculum|eval)_/.test(name))).toEqual([]);
  });

  it("has its own sizes and its own limit of layers", () => {
    expect(sizeOf({ ...digits, model_size: "nano" }).dim).toBe(32);
    expect(Object.keys(configProblems({ ...digits, layers: "5", model_size: "gpt2-124m" })).sort()).toEqual(["layers", "model_size"]);
  });
});

describe("the options of a training", () => {
  const text = { corpus_path: "my-text", tokenizer_id: "tok-1", model_size: "nano" };

  it("sends prompts as a list, one a line", () => {
    const set = { ...text, eval_tokens: "5000", eval_prompts: "The sea\n\nOnce " };
    expect(configProblems(set)).toEqual({});
    expect(bodyOf(fieldsOf(set), set)).toMatchObject({ eval_tokens: 5000, eval_prompts: ["The sea", "Once"] });
  });

  it("takes a file of prompts instead, but not both", () => {
    const set = { ...text, eval_prompts_path: "prompts.txt" };
    expect(configProblems(set)).toEqual({});
    expect(bodyOf(fieldsOf(set), set)).toMatchObject({ eval_prompts_path: "prompts.txt" });
    expect(configProblems({ ...set, eval_prompts: "The sea" })).toEqual({ eval_prompts_path: "can't be combined with prompts" });
  });

  it("names the other half of what belongs together", () => {
    expect(Object.keys(configProblems({ ...text, curriculum_steps: "100" }))).toEqual(["curriculum_start_len"]);
    expect(Object.keys(configProblems({ ...text, curriculum_start_len: "16" }))).toEqual(["curriculum_steps"]);
    expect(configProblems({ ...text, curriculum_steps: "100", curriculum_start_len: "65" })).toEqual({
      curriculum_start_len: "must be at most the context (64)",
    });
    expect(Object.keys(configProblems({ ...text, loss_spike_rollback: "true" }))).toEqual(["loss_spike_threshold"]);
    expect(configProblems({ ...text, loss_spike_rollback: "true", loss_spike_threshold: "6" })).toEqual({});
  });
});
