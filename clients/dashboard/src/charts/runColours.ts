import { colourAt } from "./palette";

const setting = "trainyard.run-colours";
const maxKept = 2000;

let order: Map<string, number> | undefined;

function read(): Map<string, number> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(setting) ?? "[]");
    return new Map(Array.isArray(kept) ? kept.filter((id): id is string => typeof id === "string").map((id, place) => [id, place]) : []);
  } catch {
    // Storage is off, or holds something else.
    return new Map();
  }
}

/** The colour of a run, the same on every page of this browser. Runs get colours in the order in which they are first drawn. */
export function runColour(runId: string): string {
  order ??= read();
  const known = order.get(runId);
  if (known !== undefined) {
    return colourAt(known);
  }
  const place = order.size;
  order.set(runId, place);
  if (place < maxKept) {
    try {
      localStorage.setItem(setting, JSON.stringify([...order.keys()]));
    } catch {
      // Without storage, colours last as long as the page.
    }
  }
  return colourAt(place);
}
