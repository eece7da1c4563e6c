import { afterEach, describe, expect, it } from "vitest";
import { configProblems, groupsOf } from "./config";
import { familyChoices, learnFamilies } from "./families";
import { isCounted, readsText } from "./shape";

const gru = { name: "gru", traits: { title: "GRU", max_layers: null, sizes: null } };
const images = {
  name: "images",
  traits: { is_language_model: false, sizes: { tiny: { layers: 1, heads: 0, dim: 8, max_seq_len: 0 } } },
};
const text = { corpus_path: "my-text", tokenizer_id: "tok-1" };

afterEach(() => {
  learnFamilies([]);
});

describe("families of plugins", () => {
  it("are choices of the form, by their title or their name", () => {
    const builtIn = familyChoices().length;
    learnFamilies([gru, images]);
    const family = groupsOf({})
      .flatMap(({ fields }) => fields)
      .find(({ name }) => name === "model_family");
    expect(family).toMatchObject({ kind: "choice" });
    expect(family?.kind === "choice" ? family.choices.slice(builtIn) : []).toEqual([
      { value: "gru", title: "GRU" },
      { value: "images", title: "images" },
    ]);
  });

  it("have the rules of their traits", () => {
    learnFamilies([gru, images]);
    expect(configProblems({ ...text, model_family: "gru", heads: "4", kv_heads: "2" })).toEqual({ kv_heads: "must equal heads (4)" });
    expect(configProblems({ model_family: "images", corpus_path: "x", model_size: "nano" })).toEqual({ model_size: "must be one of tiny" });
    expect([readsText({ model_family: "gru" }), readsText({ model_family: "images" })]).toEqual([true, false]);
  });

  it("that are unknown are taken for language models of unknown size", () => {
    expect(readsText({ model_family: "gone" })).toBe(true);
    expect([isCounted({ model_family: "gone" }), isCounted({}), isCounted({ model_family: "llama" })]).toEqual([false, true, true]);
  });
});
