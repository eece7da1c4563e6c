// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { WideTable } from "./WideTable";

it("goes from row to row by arrow keys", () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const host = document.body.appendChild(document.createElement("div"));
  const root = createRoot(host);
  act(() => {
    root.render(
      <WideTable name="things">
        <tbody>
          {["a", "b"].map((name) => (
            <tr key={name}>
              <td>
                <a href={`#${name}`}>{name}</a> <button type="button">x</button>
              </td>
            </tr>
          ))}
        </tbody>
      </WideTable>,
    );
  });
  const press = (key: string) =>
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const reached = () => document.activeElement?.textContent;
  host.querySelector<HTMLElement>("[role=region]")?.focus();
  press("ArrowDown");
  expect(reached()).toBe("a");
  press("ArrowDown");
  press("ArrowDown");
  expect(reached()).toBe("b");
  press("ArrowUp");
  expect(reached()).toBe("a");
  act(() => {
    root.unmount();
  });
});
