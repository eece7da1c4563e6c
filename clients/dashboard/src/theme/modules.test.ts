import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const source = join(import.meta.dirname, "..");
const files = readdirSync(source, { recursive: true, encoding: "utf8" });
const read = (name: string): string => readFileSync(join(source, name), "utf8");

it("has global classes only in the theme", () => {
  expect(files.filter((name) => name.endsWith(".css") && !name.endsWith(".module.css") && dirname(name) !== "theme")).toEqual([]);
});

// The type of a module allows every name.
it("has every class that a component takes from a module", () => {
  const missing = files
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const text = read(name);
      return [...text.matchAll(/^import (\w+) from "([^"]+\.module\.css)";$/gm)].flatMap(([, styles = "", path = ""]) => {
        const defined = new Set([...read(join(dirname(name), path)).matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, found = ""]) => found));
        const used = [...text.matchAll(new RegExp(`\\b${styles}\\["([^"]+)"\\]`, "g"))].map(([, found = ""]) => found);
        return used.filter((found) => !defined.has(found)).map((found) => `${name}: ${found}`);
      });
    });
  expect(missing).toEqual([]);
});
