import { describe, expect, it } from "vitest";
import { readChartView, withChartView } from "./chartView";

const search = (text: string) => new URLSearchParams(text);

describe("the view of a page's charts in its address", () => {
  it("is what was said", () => {
    expect(readChartView(search("scale=log&smoothing=0.9&clip=1&last=100&from=5&to=70"))).toEqual({
      scale: "log",
      smoothing: 0.9,
      clipOutliers: true,
      range: "100",
      fromStep: 5,
      toStep: 70,
    });
  });

  it.each(["", "scale=cubic&smoothing=2&clip=yes&last=7&from=-1&to=many", "smoothing=NaN&from=&to=1.5"])(
    "is the usual one for %j",
    (text) => {
      expect(readChartView(search(text))).toEqual({
        scale: "linear",
        smoothing: 0,
        clipOutliers: false,
        range: "all",
        fromStep: undefined,
        toStep: undefined,
      });
    },
  );

  it("changes only what is changed, and keeps what is not its own", () => {
    expect(
      withChartView(search("filter=x&scale=log&from=5&to=9"), { fromStep: undefined, toStep: undefined, smoothing: 0.6 }).toString(),
    ).toBe("filter=x&scale=log&smoothing=0.6");
  });

  it("says nothing that would be so anyway", () => {
    expect(withChartView(search("scale=log&clip=1&last=1000"), { scale: "linear", clipOutliers: false, range: "all" }).toString()).toBe("");
  });
});
