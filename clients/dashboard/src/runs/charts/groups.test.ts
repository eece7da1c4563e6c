import { describe, expect, it } from "vitest";
import { groupByPrefix, matching } from "./groups";

describe("series grouped by prefix", () => {
  it("go by slash, dot, or an underscore that several share", () => {
    expect(
      groupByPrefix(["train/loss", "val_loss", "gpu.0.memory", "val_perplexity", "learning_rate", "train/acc", "gpu.1.memory"]),
    ).toEqual([
      { name: "train", keys: ["train/acc", "train/loss"] },
      { name: "val", keys: ["val_loss", "val_perplexity"] },
      { name: "gpu", keys: ["gpu.0.memory", "gpu.1.memory"] },
      { name: "others", keys: ["learning_rate"] },
    ]);
  });

  it("begin with those that have a loss", () => {
    expect(groupByPrefix(["sample_a", "sample_b", "val_acc", "val_loss", "train_loss"]).map(({ name }) => name)).toEqual([
      "val",
      "others",
      "sample",
    ]);
  });

  it("count numbers as people do", () => {
    expect(groupByPrefix(["layer/10", "layer/9"])[0]?.keys).toEqual(["layer/9", "layer/10"]);
  });

  it("may begin with what separates", () => {
    expect(groupByPrefix(["/x", "_y", ".z"]).map(({ name }) => name)).toEqual(["others"]);
  });

  it("are none of none", () => {
    expect(groupByPrefix([])).toEqual([]);
  });
});

describe("a search for series", () => {
  it("finds names with all of its words", () => {
    expect(matching(["train/Loss", "val/loss", "val/acc"], " LOSS val ")).toEqual(["val/loss"]);
  });

  it("finds all when there is nothing in it", () => {
    expect(matching(["a", "b"], " ")).toEqual(["a", "b"]);
  });
});
