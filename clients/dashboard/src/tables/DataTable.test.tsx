// @vitest-environment jsdom
import type { RowSelectionState, SortingState } from "@tanstack/react-table";
import { act, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Column } from "./columns";
import { DataTable } from "./DataTable";

interface Item {
  readonly name: string;
  readonly size: number;
}

const columns: readonly Column<Item>[] = [
  {
    id: "name",
    header: "Name",
    accessorFn: ({ name }) => name,
    cell: ({ row }) => <a href={`#${row.original.name}`}>{row.original.name}</a>,
  },
  { id: "size", header: "Size", meta: { number: true }, accessorFn: ({ size }) => size, cell: ({ row }) => row.original.size },
];
const items = (count: number): readonly Item[] =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}`, size: (index * 7) % count }));
const nameOf = ({ name }: Item): string => name;

interface TableProps {
  readonly data: readonly Item[];
  readonly opened?: (item: Item) => void;
}

function Table({ data, opened }: TableProps) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const [selection, setSelection] = useState<RowSelectionState>({});
  return (
    <DataTable
      name="things"
      columns={columns}
      data={data}
      keyOf={nameOf}
      sorting={sorting}
      onSort={setSorting}
      {...(opened === undefined ? {} : { selection, onSelect: setSelection, onOpen: opened })}
    />
  );
}

let host: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(26);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(520);
  vi.spyOn(Element.prototype, "scrollHeight", "get").mockReturnValue(26 * 5001);
  host = document.body.appendChild(document.createElement("div"));
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const show = (data: readonly Item[], opened?: (item: Item) => void): void =>
  act(() => root.render(<Table data={data} {...(opened === undefined ? {} : { opened })} />));
const region = (): HTMLElement => host.querySelector<HTMLElement>("[role=region]") ?? host;
const rows = (): HTMLElement[] => [...host.querySelectorAll<HTMLElement>("tbody tr[data-index]")];
const names = (): string[] => rows().map((row) => row.querySelector("a")?.textContent ?? "");
const row = (name: string): HTMLElement | undefined => rows().find((shown) => shown.querySelector("a")?.textContent === name);
const press = (key: string): void =>
  act(() => {
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
const scrollTo = (top: number): void =>
  act(() => {
    region().scrollTop = top;
    region().dispatchEvent(new Event("scroll"));
  });

describe("a short table", () => {
  it("is in the document as a whole", () => {
    show(items(99));
    expect(rows()).toHaveLength(99);
    expect(host.querySelector("table")?.hasAttribute("aria-rowcount")).toBe(false);
    expect([...host.querySelectorAll("thead th")].map((heading) => heading.getAttribute("scope"))).toEqual(["col", "col"]);
  });

  it("is sorted by the heading that is clicked, up and then down", () => {
    show(items(5));
    const heading = [...host.querySelectorAll("th")].find((shown) => shown.textContent.startsWith("Size"));
    const order = () => [heading?.getAttribute("aria-sort"), names().join(" ")];
    expect(order()).toEqual(["none", "n0 n1 n2 n3 n4"]);
    act(() => heading?.querySelector("button")?.click());
    expect(order()).toEqual(["ascending", "n0 n3 n1 n4 n2"]);
    act(() => heading?.querySelector("button")?.click());
    expect(order()).toEqual(["descending", "n2 n4 n1 n3 n0"]);
  });

  it("is walked through by arrow keys", () => {
    show(items(2));
    act(() => region().focus());
    const reached = () => document.activeElement?.textContent;
    press("ArrowDown");
    expect(reached()).toBe("n0");
    press("ArrowDown");
    press("ArrowDown");
    expect(reached()).toBe("n1");
    press("ArrowUp");
    expect(reached()).toBe("n0");
  });
});

describe("a table of 5,000 rows", () => {
  const many = items(5000);

  it("has fewer than 100 of them in the document, and says how many there are", () => {
    show(many);
    expect(rows().length).toBeGreaterThan(20);
    expect(rows().length).toBeLessThan(100);
    expect(host.querySelector("table")?.getAttribute("aria-rowcount")).toBe("5001");
    expect(rows()[0]?.getAttribute("aria-rowindex")).toBe("2");
  });

  it("shows later ones when it is scrolled", () => {
    show(many);
    scrollTo(26 * 3000);
    expect(names()).toContain("n3000");
    expect(names()).not.toContain("n0");
    expect(rows().length).toBeLessThan(100);
    expect(row("n3000")?.getAttribute("aria-rowindex")).toBe("3002");
  });

  it("keeps what is selected while it is out of sight", () => {
    show(many, () => undefined);
    act(() => row("n1")?.focus());
    press(" ");
    expect(row("n1")?.getAttribute("aria-selected")).toBe("true");
    act(() => (document.activeElement as HTMLElement).blur());
    scrollTo(26 * 3000);
    expect(row("n1")).toBeUndefined();
    scrollTo(0);
    expect(row("n1")?.getAttribute("aria-selected")).toBe("true");
    expect(row("n2")?.getAttribute("aria-selected")).toBe("false");
  });

  it("keeps the focused row, and goes on from it by arrow keys", () => {
    const opened = vi.fn();
    show(many, opened);
    act(() => row("n1")?.focus());
    scrollTo(26 * 3000);
    expect(document.activeElement).toBe(row("n1"));
    press("ArrowDown");
    expect(document.activeElement).toBe(row("n2"));
    press("Enter");
    expect(opened).toHaveBeenCalledExactlyOnceWith(many[2]);
  });
});
