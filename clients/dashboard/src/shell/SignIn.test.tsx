// @vitest-environment jsdom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readKey } from "../api/key";
import { keyHeader } from "../api/keyHeader";
import { KeyForm } from "./KeyForm";
import { SignIn } from "./SignIn";

let host: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", (_: string, { headers }: { headers: Record<string, string> }) =>
    Promise.resolve(
      headers["X-Api-Key"] === "a right key"
        ? new Response("{}")
        : new Response(JSON.stringify({ code: "UNAUTHORIZED", message: "The API key is unknown." }), { status: 401 }),
    ),
  );
  host = document.createElement("div");
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  localStorage.clear();
  vi.unstubAllGlobals();
});

async function enter(key: string): Promise<void> {
  const input = host.querySelector("input");
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, key);
    input?.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.resolve();
  });
  await act(async () => {
    host.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
}

it("says why a key is needed, and at once that a key is wrong", async () => {
  act(() => root.render(<SignIn reason="This Trainyard requires an API key." />));
  expect(host.querySelector("[role=alert]")?.textContent).toBe("This Trainyard requires an API key.");
  await enter("a wrong key");
  expect(host.textContent).toContain("The API key is unknown.");
  expect(readKey()).toBe("");
});

it("keeps a key that is right, and shows it in no command", async () => {
  expect(keyHeader()).toBe("");
  const saved = vi.fn();
  act(() => root.render(<KeyForm submitLabel="Save" onSaved={saved} />));
  await enter("a right key");
  expect(readKey()).toBe("a right key");
  expect(saved).toHaveBeenCalledOnce();
  expect(keyHeader()).toBe('-H "X-Api-Key: $TRAINYARD_API_KEY" ');
});
