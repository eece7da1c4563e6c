import { describe, expect, it } from "vitest";
import { namesOf, parametersOf } from "./parameters";

describe("the parameters of a run", () => {
  it("are named by where they are in its config", () => {
    expect([
      ...parametersOf({
        lr: 0.1,
        opt: { name: "adamw", betas: [0.9, 0.99] },
        spectral_norm: false,
        note: null,
        name: "a",
        tags: { team: "nlp" },
      }),
    ]).toEqual([
      ["lr", 0.1],
      ["opt.name", "adamw"],
      ["opt.betas", "[0.9,0.99]"],
      ["spectral_norm", false],
    ]);
  });

  it.each([null, undefined, "text", 3])("are none when the config is %j", (config) => {
    expect(parametersOf(config).size).toBe(0);
  });
});

describe("parameters of several runs", () => {
  it("differ when one run has another value or none", () => {
    const runs = [
      { lr: 1, seed: 1, layer10: 0, layer9: 0 },
      { lr: 1, seed: 2, layer9: 0 },
    ].map(parametersOf);
    expect(namesOf(runs)).toEqual({ names: ["layer9", "layer10", "lr", "seed"], differing: ["layer10", "seed"] });
  });

  it("tell 1 from true and from the text 1", () => {
    expect(namesOf([{ a: 1 }, { a: "1" }].map(parametersOf)).differing).toEqual(["a"]);
    expect(namesOf([{ a: 1 }, { a: true }].map(parametersOf)).differing).toEqual(["a"]);
  });
});
