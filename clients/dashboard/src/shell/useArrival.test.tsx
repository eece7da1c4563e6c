// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { titleOf, useArrival } from "./useArrival";

function Page({ location, heading }: { readonly location: string; readonly heading?: string }) {
  const main = useArrival(location);
  return (
    <main ref={main} tabIndex={-1}>
      {heading !== undefined && (
        <h2 title={heading}>
          <bdi>{heading}</bdi>
        </h2>
      )}
    </main>
  );
}

it("titles pages", () => {
  expect([titleOf("/", undefined), titleOf("/new", undefined), titleOf("/alerts", ""), titleOf("/runs/a/log", "my run")]).toEqual([
    "Overview · Trainyard",
    "New run · Trainyard",
    "Alerts · Trainyard",
    "my run · Trainyard",
  ]);
});

it("moves the focus to a page that was navigated to, and not to the first one", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const host = document.body.appendChild(document.createElement("div"));
  const root = createRoot(host);
  act(() => root.render(<Page location="/" />));
  expect(document.activeElement).toBe(document.body);
  act(() => root.render(<Page location="/runs/a" />));
  expect(document.activeElement).toBe(host.querySelector("main"));
  act(() => root.render(<Page location="/runs/a" heading="my run" />));
  await vi.waitFor(() => expect(document.title).toBe("my run · Trainyard"));
  act(() => root.unmount());
  vi.unstubAllGlobals();
});
