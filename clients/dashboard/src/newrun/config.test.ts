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

  it("has its own sizes and its own limit of layers", () => {
    expect(sizeOf({ ...digits, model_size: "nano" }).dim).toBe(32);
    expect(Object.keys(configProblems({ ...digits, layers: "5", model_size: "gpt2-124m" })).sort()).toEqual(["layers", "model_size"]);
  });
});
