import { describe, expect, it } from "vitest";
import { curveNameOf, objectiveNames, objectiveOf, rateNameOf, usualMetrics } from "./metricNames";

describe("the series a run is shown by", () => {
  it.each([
    [["val_loss", "train_loss", "learning_rate"], "train_loss", "learning_rate"],
    [["grad_norm", "train/loss", "val/loss", "lr"], "train/loss", "lr"],
    [["accuracy", "train/total_Loss", "opt/lr-0"], "train/total_Loss", "opt/lr-0"],
    [["reward"], "reward", undefined],
    [["colour", "loss", "blur"], "loss", "colour"],
    [[], undefined, undefined],
  ])("of %j are %s and %s", (names, loss, rate) => {
    expect(curveNameOf(names)).toBe(loss);
    expect(rateNameOf(names, loss)).toBe(rate);
  });
});

describe("the objective", () => {
  it.each([
    [["grad_norm", "train/loss", "val/loss"], "val/loss"],
    [["loss/train", "loss/val"], "loss/val"],
    [["lr", "eval_loss", "loss"], "eval_loss"],
    [["trainLoss", "validLoss"], "validLoss"],
    [["train_loss", "loss"], "loss"],
    [["val/aux_loss", "train/loss"], "train/loss"],
    [["val/aux_loss", "val/loss"], "val/loss"],
    [["lossless_ratio", "accuracy"], undefined],
    [[], undefined],
  ])("of %j is %s", (names, objective) => {
    expect(objectiveOf(names)).toBe(objective);
  });

  it("is found under every usual name, of which a list may request no more than thirty", () => {
    for (const name of objectiveNames) {
      expect(objectiveOf(["grad_norm", name])).toBe(name);
    }
    // A request takes 50 names, and a list has up to 20 columns of its own.
    expect(objectiveNames.length).toBeLessThanOrEqual(30);
  });
});

describe("a comparison", () => {
  it("opens on losses, however they are called", () => {
    expect(usualMetrics(["grad_norm", "lr", "train/loss", "val/loss"])).toEqual(["train/loss", "val/loss"]);
    expect(usualMetrics(["eval_loss", "grad_norm", "loss"])).toEqual(["eval_loss", "loss"]);
    expect(usualMetrics(["accuracy", "f1", "recall"])).toEqual(["accuracy", "f1"]);
  });
});
