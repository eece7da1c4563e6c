// @vitest-environment jsdom
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pointAt } from "./curve";
import type { HistoryRequest, HistorySource } from "./history";
import type { LiveListener, LiveSource } from "./live";
import { SeriesChart } from "./SeriesChart";

const runs = [{ runId: "a", label: "first run", color: "#FFD700" }];
const keys = ["loss"];

class Observer {
  readonly #seen: (entries: { readonly isIntersecting: boolean }[]) => void;

  constructor(seen: (entries: { readonly isIntersecting: boolean }[]) => void) {
    this.#seen = seen;
  }

  observe(): void {
    this.#seen([{ isIntersecting: true }]);
  }

  disconnect(): void {
    this.#seen([]);
  }
}

let host: HTMLElement;
let root: Root;
let requests: HistoryRequest[];
let source: HistorySource;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("ResizeObserver", Observer);
  vi.stubGlobal("IntersectionObserver", Observer);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(668);
  Element.prototype.setPointerCapture = () => undefined;
  requests = [];
  source = {
    read: (request) => {
      requests.push(request);
      return Promise.resolve([{ runId: "a", key: "loss", curve: [0, 100, 200, 300].map((step) => pointAt(step, step / 100)) }]);
    },
  };
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  host.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function show(node: ReactNode): Promise<HTMLElement> {
  await act(async () => {
    root.render(node);
    await Promise.resolve();
  });
  return host.querySelector<HTMLElement>("[role=slider]") ?? host;
}

async function send(box: HTMLElement, event: Event): Promise<void> {
  await act(async () => {
    box.dispatchEvent(event);
    await Promise.resolve();
  });
}

const key = (name: string) => new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
const pointer = (type: string, clientX: number) => new PointerEvent(type, { clientX, button: 0, isPrimary: true, bubbles: true });
const text = (selector: string) => host.querySelector(selector)?.textContent;

describe("a chart", () => {
  it("shows the last values, and says those that the arrow keys come to", async () => {
    const box = await show(<SeriesChart runs={runs} keys={keys} title="loss" source={source} />);
    expect(text("li span:last-child")).toBe("3");
    await send(box, key("ArrowLeft"));
    await send(box, key("ArrowLeft"));
    expect(text("[aria-live]")).toBe("Step 200: loss 2");
    expect(text("li span:last-child")).toBe("2");
    await send(box, key("Escape"));
    expect(text("li span:last-child")).toBe("3");
  });

  it("reads the range again that was dragged over, and all of it after a double click", async () => {
    const box = await show(<SeriesChart runs={runs} keys={keys} title="loss" source={source} />);
    // The axis takes 58 of 668 pixels on the left and 10 on the right: two pixels are a step.
    await send(box, pointer("pointerdown", 58 + 200));
    await send(box, pointer("pointermove", 58 + 400));
    await send(box, pointer("pointerup", 58 + 400));
    expect([requests.at(-1)?.fromStep, requests.at(-1)?.toStep]).toEqual([100, 200]);
    await send(box, new MouseEvent("dblclick", { bubbles: true }));
    expect(requests.at(-1)?.fromStep).toBeUndefined();
  });

  it("leaves zooming to whoever wants to", async () => {
    const onZoom = vi.fn();
    const box = await show(<SeriesChart runs={runs} keys={keys} title="loss" source={source} onZoom={onZoom} />);
    await send(box, key("+"));
    expect(onZoom).toHaveBeenCalledWith(150, 300);
    expect(requests).toHaveLength(1);
  });

  it("isn't zoomed by a click", async () => {
    const onZoom = vi.fn();
    const box = await show(<SeriesChart runs={runs} keys={keys} title="loss" source={source} onZoom={onZoom} />);
    await send(box, pointer("pointerdown", 300));
    await send(box, pointer("pointerup", 302));
    expect(onZoom).not.toHaveBeenCalled();
  });

  it("points where another chart of its group points", async () => {
    const other = <SeriesChart runs={runs} keys={keys} title="other" source={source} syncKey="run a" />;
    const box = await show(
      <>
        <SeriesChart runs={runs} keys={keys} title="loss" source={source} syncKey="run a" />
        {other}
      </>,
    );
    await send(box, key("Home"));
    expect([...host.querySelectorAll("li span:last-child")].map((value) => value.textContent)).toEqual(["0", "0"]);
  });

  it("tells why there are no curves, and tries again", async () => {
    let away = true;
    const failing: HistorySource = {
      read: (request, signal) => (away ? Promise.reject(new Error("RUN_NOT_FOUND")) : source.read(request, signal)),
    };
    const box = await show(<SeriesChart runs={runs} keys={keys} title="loss" source={failing} />);
    expect(text("[role=alert]")).toContain("RUN_NOT_FOUND");
    away = false;
    const button = host.querySelector<HTMLElement>("[role=alert] button");
    await send(button ?? box, new MouseEvent("click", { bubbles: true }));
    expect(host.querySelector("[role=alert]")).toBeNull();
    expect(text("li span:last-child")).toBe("3");
  });

  it("takes in what comes live, and says when there is nothing yet", async () => {
    const listeners: LiveListener[] = [];
    const live: LiveSource = { subscribe: (_, listener) => (listeners.push(listener), () => undefined) };
    const empty: HistorySource = { read: () => Promise.resolve([]) };
    await show(<SeriesChart runs={runs} keys={keys} title="loss" source={empty} live={live} />);
    expect(text("[aria-busy] p")).toBe("no values yet");
    await act(async () => {
      listeners[0]?.points([{ run_id: "a", step: 7, metrics: { loss: 0.5 } }]);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    expect(text("li span:last-child")).toBe("0.5");
  });
});
