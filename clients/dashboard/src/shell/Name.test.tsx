import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Name } from "./Name";

describe("a name", () => {
  it.each(["W".repeat(250), "学習率を変えた実験".repeat(28), "תוצאות האימון ".repeat(18).trim(), "🚂🔥".repeat(60)])(
    "of any length and script is whole on hover, and apart from the text around it",
    (name) => {
      const markup = renderToStaticMarkup(<Name>{name}</Name>);
      expect(markup).toMatch(/^<bdi /);
      expect(markup).toContain(`title="${name}"`);
      expect(markup).toContain(`>${name}</bdi>`);
    },
  );

  it("never widens what it stands in, and is wrapped while it has the focus", () => {
    const css = readFileSync(join(import.meta.dirname, "Name.module.css"), "utf8");
    expect(css).toMatch(/\.name \{[^}]*max-width:[^}]*text-overflow: ellipsis/);
    expect(css).toMatch(/tr:focus-visible \.name \{[^}]*white-space: normal/);
  });
});

// What users call things, which may be 250 characters without a space.
it.each([
  "compare/RunChoice.tsx",
  "compare/differences/DifferencesView.tsx",
  "runs/RunName.tsx",
  "experiments/ExperimentsPage.tsx",
  "runs/list/runColumns.tsx",
  "sweeps/TrialTable.tsx",
  "tokenizers/TokenizersPage.tsx",
])("%s shows names with it", (file) => {
  expect(readFileSync(join(import.meta.dirname, "..", file), "utf8")).toContain("<Name>");
});
