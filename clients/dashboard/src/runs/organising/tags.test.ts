import { describe, expect, it } from "vitest";
import { tagsOf, tagText } from "./tags";

describe("tags in lines", () => {
  it("are read as they are written", () => {
    const tags = { team: "nlp", draft: "", url: "https://example.com/?a=b" };
    expect(tagsOf(tagText(tags))).toEqual({ tags });
    expect(tagsOf(" a = b \n\n c ")).toEqual({ tags: { a: "b", c: "" } });
  });

  it.each([
    ["=value", "A tag has no name: =value"],
    ["a=1\na=2", "There are two tags called a."],
  ])("%j is refused", (text, problem) => {
    expect(tagsOf(text).problem).toBe(problem);
  });
});
