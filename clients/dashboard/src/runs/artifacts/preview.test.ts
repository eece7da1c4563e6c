import { describe, expect, it } from "vitest";
import { artifactAddress, previewOf, readable } from "./preview";

describe("a file of a run", () => {
  it.each([
    ["plots/loss.PNG", { kind: "image", type: "image/png" }],
    ["eval/samples.jsonl", { kind: "text" }],
    ["model.safetensors", undefined],
    ["json", undefined],
    ["folder.json/weights", undefined],
  ])("%s is looked at as %j", (path, preview) => {
    expect(previewOf(path)).toEqual(preview);
  });

  it("has an address, whatever it is called", () => {
    expect(artifactAddress("run-1", "a b/50 % #1?.txt")).toBe("/api/artifacts/models/run-1/a%20b/50%20%25%20%231%3F.txt");
  });

  it("is shown in lines when it is JSON, and as it is when it only says so", () => {
    expect(readable("a.json", '{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(readable("a.json", '{"a":')).toBe('{"a":');
    expect(readable("a.txt", '{"a":1}')).toBe('{"a":1}');
  });
});
