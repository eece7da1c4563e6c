import { describe, expect, it } from "vitest";
import { pieceOf, visible } from "./pieces";

const special = new Set(["<|endoftext|>"]);

describe("a token", () => {
  it.each([
    ["He", { kind: "text", text: "He" }],
    ["Ġw", { kind: "text", text: " w" }],
    ["Ċ", { kind: "text", text: "\n" }],
    ["ĉ", { kind: "text", text: "\t" }],
    ["Ã¶", { kind: "text", text: "ö" }],
    ["Ã", { kind: "bytes", text: "c3" }],
    ["ðŁ", { kind: "bytes", text: "f0 9f" }],
    ["<|endoftext|>", { kind: "special", text: "<|endoftext|>" }],
    ["日", { kind: "text", text: "日" }],
  ])("%s is shown as %j", (token, piece) => {
    expect(pieceOf(token, special)).toEqual(piece);
  });
});

it("shows white space", () => {
  expect(visible(" a\tb\r\n")).toBe("·a⇥\tb␍⏎\n");
});
