import { describe, expect, it } from "vitest";
import { bodyOf, problemOf } from "./fields";
import { requestField } from "./requestField";

describe("A field of a request", () => {
  it("refuses what the API refuses, and takes what it takes", () => {
    const rate = requestField("TrainingConfig", "learning_rate", { title: "Learning rate" });
    expect(problemOf(rate, "0")).toBe("must be above 0 and at most 1");
    expect(problemOf(rate, "1")).toBeUndefined();

    const vocabulary = requestField("TokenizerConfig", "vocab_size", { title: "Vocabulary" });
    expect(problemOf(vocabulary, "1048577")).toBe("must be from 256 to 1048576");
    expect(problemOf(vocabulary, "1048576")).toBeUndefined();

    const frequency = requestField("TokenizerConfig", "min_frequency", { title: "Min frequency" });
    expect(problemOf(frequency, "0")).toBe("must be at least 1");
  });

  it("offers the API's words and shows its default, which is left out of the request", () => {
    const size = requestField("TrainingConfig", "model_size", { title: "Size" });
    expect(size).toMatchObject({
      kind: "choice",
      otherwise: "tiny",
      choices: [{ value: "nano" }, { value: "tiny" }, { value: "small" }, { value: "gpt2-124m" }],
    });
    expect(bodyOf([size], {})).toEqual({});
    expect(requestField("TrainingConfig", "batch_size", { title: "Batch" })).toMatchObject({ placeholder: "16" });
  });
});
