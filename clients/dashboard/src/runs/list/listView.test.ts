import { describe, expect, it } from "vitest";
import { columnOf, fieldOf, isFilter, readListView, withListView } from "./listView";

const search = (text: string) => new URLSearchParams(text);

describe("the list of runs in an address", () => {
  it("is what was said", () => {
    const view = {
      search: "a < 2",
      status: "failed",
      deleted: true,
      order: { by: "metrics.loss", down: false },
      columns: [{ kind: "params", name: "lr" }],
    } as const;
    const address = withListView(search("other=1"), view);
    expect(readListView(address)).toEqual(view);
    expect(address.get("other")).toBe("1");
  });

  it("is everything, the newest first, when nothing is said or makes sense", () => {
    const defaults = { search: "", status: "", deleted: false, order: { by: "created_at", down: true }, columns: [] };
    expect(readListView(search("order=sideways&column=tags.a&column=&deleted=no"))).toEqual(defaults);
    expect(withListView(search("order=x asc&column=metrics.a"), defaults).toString()).toBe("");
  });
});

describe("a column", () => {
  it.each([
    ["metrics.val_loss", { kind: "metrics", name: "val_loss" }, "metrics.val_loss"],
    [" metric.train/loss ", { kind: "metrics", name: "train/loss" }, "metrics.train/loss"],
    ["params.`learning rate`", { kind: "params", name: "learning rate" }, "params.`learning rate`"],
  ])("%s is read", (text, column, field) => {
    const read = columnOf(text);
    expect(read).toEqual(column);
    expect(read && fieldOf(read)).toBe(field);
  });

  it.each(["loss", "tags.team", "metrics.", ""])("%j is none", (text) => {
    expect(columnOf(text)).toBeUndefined();
  });
});

describe("a search", () => {
  it.each(["metrics.loss < 2", "tags.team = 'nlp'", "params.lr IS NULL", "name LIKE 'a%'", "attributes.status in ('failed')"])(
    "%s is a filter",
    (text) => {
      expect(isFilter(text)).toBe(true);
    },
  );

  it.each(["demo", "my island run", "lr-0.001"])("%s is part of a name", (text) => {
    expect(isFilter(text)).toBe(false);
  });
});
