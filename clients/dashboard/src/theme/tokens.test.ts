import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { token, tokens } from "./tokens";

describe("a design token", () => {
  it("has the value of the one it refers to", () => {
    expect([token("text"), token("series-1"), token("warning")]).toEqual(["#ffd700", "#ffd700", "#ffa500"]);
    expect(tokens("series")).toHaveLength(12);
  });

  it("must be there", () => {
    expect(() => token("colour-of-magic")).toThrow("tokens.css has no --colour-of-magic.");
  });
});

const source = join(import.meta.dirname, "..");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(css|ts|tsx)$/.test(name) && !/tokens\.css$|\.test\.tsx?$|schema\.d\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(source, name), "utf8") }));

it("stands once: no other file writes a colour", () => {
  const colour = /#([0-9a-f]{3,4}){1,2}\b(?=["'`;,\s)])|\b(rgba?|hsla?|hwb|ok(lab|lch))\(/gi;
  expect(files.flatMap(({ name, text }) => (text.match(colour) ?? []).map((found) => `${name}: ${found}`))).toEqual([]);
});

it("is not replaced by the name of a colour", () => {
  const named = /:[^;{]*\b(black|white|gr[ae]y|red|green|blue|yellow|orange|gold|cyan|magenta|purple|pink)\b[^;{]*;/g;
  const sheets = files.filter(({ name }) => name.endsWith(".css"));
  expect(
    sheets.flatMap(({ name, text }) => (text.replace(/var\([^)]*\)/g, "").match(named) ?? []).map((found) => `${name}${found}`)),
  ).toEqual([]);
});

it("gives the colour of the browser's bars", () => {
  expect(readFileSync(join(source, "../index.html"), "utf8")).toContain(`name="theme-color" content="${token("ground")}"`);
});

it("is there for every use of it", () => {
  const used = files.flatMap(({ text }) => [...text.matchAll(/var\(--([\w-]+)\)/g)].map(([, name = ""]) => name));
  expect(used.length).toBeGreaterThan(50);
  expect(() => used.map(token)).not.toThrow();
});
