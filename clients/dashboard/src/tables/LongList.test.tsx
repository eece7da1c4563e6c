// @vitest-environment jsdom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LongList } from "./LongList";

let host: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(19);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(380);
  vi.spyOn(Element.prototype, "scrollHeight", "get").mockReturnValue(19 * 5000);
  host = document.body.appendChild(document.createElement("div"));
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const onFollow = vi.fn();
const show = (count: number, follows = false): void =>
  act(() =>
    root.render(
      <LongList
        name="lines"
        items={Array.from({ length: count }, (_, index) => index)}
        keyOf={Number}
        classOf={() => undefined}
        newest="last"
        follows={follows}
        onFollow={onFollow}
      >
        {(line) => `line ${line}`}
      </LongList>,
    ),
  );
const lines = (): string[] => [...host.querySelectorAll("li")].map((line) => line.textContent);
const scrollTo = (top: number): void =>
  act(() => {
    const region = host.querySelector("[role=region]");
    if (region !== null) {
      region.scrollTop = top;
      region.dispatchEvent(new Event("scroll"));
    }
  });

it("shows all of a short list, and of 5,000 lines fewer than 100", () => {
  show(99);
  expect(lines()).toHaveLength(99);
  show(5000);
  expect(lines().length).toBeLessThan(100);
  expect(lines()[0]).toBe("line 0");
  scrollTo(19 * 4000);
  expect(lines()).toContain("line 4000");
  expect(lines().length).toBeLessThan(100);
});

it("stops following when the user scrolls up, and follows again at the end", () => {
  show(5000);
  scrollTo(19 * 5000 - 380);
  expect(onFollow).toHaveBeenLastCalledWith(true);
  scrollTo(19 * 2000);
  expect(onFollow).toHaveBeenLastCalledWith(false);
});
