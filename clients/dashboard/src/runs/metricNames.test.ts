import { describe, expect, it } from "vitest";
import { lossNameOf, rateNameOf } from "./metricNames";

describe("the series a run is shown by", () => {
  it.each([
    [["val_loss", "train_loss", "learning_rate"], "train_loss", "learning_rate"],
    [["accuracy", "train/total_Loss", "opt/lr-0"], "train/total_Loss", "opt/lr-0"],
    [["reward"], "reward", undefined],
    [["colour", "loss", "blur"], "loss", "colour"],
    [[], undefined, undefined],
  ])("of %j are %s and %s", (names, loss, rate) => {
    expect(lossNameOf(names)).toBe(loss);
    expect(rateNameOf(names, loss)).toBe(rate);
  });
});
