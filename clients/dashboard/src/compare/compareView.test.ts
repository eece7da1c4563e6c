import { describe, expect, it } from "vitest";
import { leftOutOf, readCompareView, withCompareView } from "./compareView";

describe("a comparison in an address", () => {
  it("is what was said, and keeps what else is there", () => {
    const view = {
      runIds: ["a", "b"],
      experimentId: "",
      filter: "",
      hidden: ["b"],
      view: "groups",
      metrics: ["loss", "val, loss"],
      by: "spectral_norm",
    } as const;
    const address = withCompareView(new URLSearchParams("scale=log"), view);
    expect(readCompareView(address)).toEqual(view);
    expect(address.get("scale")).toBe("log");
  });

  it("takes each run once, and a hundred at most", () => {
    expect(readCompareView(new URLSearchParams("runs=a,,a,b")).runIds).toEqual(["a", "b"]);
    expect(readCompareView(new URLSearchParams(`runs=${Array.from({ length: 200 }, (_, index) => index).join(",")}`)).runIds).toHaveLength(
      100,
    );
  });

  it("knows how many it leaves out", () => {
    const address = (count: number) => new URLSearchParams(`runs=${Array.from({ length: count }, (_, index) => index).join(",")}`);
    expect([leftOutOf(address(100)), leftOutOf(address(500)), leftOutOf(new URLSearchParams())]).toEqual([0, 400, 0]);
  });

  it("shows curves when it says nothing that makes sense", () => {
    expect(readCompareView(new URLSearchParams("view=pie")).view).toBe("curves");
    expect(withCompareView(new URLSearchParams("view=groups&by=a"), { view: "curves", by: "" }).toString()).toBe("");
  });
});
