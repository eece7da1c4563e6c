import { describe, expect, it } from "vitest";
import { type Curve, pointAt } from "./curve";
import { extend, type LivePoint, newerThan } from "./live";
import { seriesId } from "./series";
import { joinTail, tailStart } from "./tail";

const id = seriesId("a", "loss");
const curve = (...steps: number[]): Curve => steps.map((step) => pointAt(step, step));
const at = (step: number, value: number | string = step): LivePoint => ({ run_id: "a", step, metrics: { loss: value, other: 1 } });
const steps = (of: Curve | undefined) => of?.map(({ from }) => from);

describe("extend", () => {
  it("appends, and leaves alone what isn't shown", () => {
    const { curves, stale } = extend(new Map([[id, curve(1, 2)]]), [at(3), at(4, "NaN"), { run_id: "b", step: 9, metrics: { loss: 1 } }]);
    expect(steps(curves.get(id))).toEqual([1, 2, 3, 4]);
    expect(curves.get(id)?.at(-1)?.nans).toBe(1);
    expect(curves.size).toBe(1);
    expect(stale).toBe(false);
  });

  it("takes no step twice: the later value counts", () => {
    const { curves } = extend(new Map([[id, curve(1)]]), [at(2, 5), at(2, 6)]);
    expect(curves.get(id)?.map(({ mean }) => mean)).toEqual([1, 6]);
  });

  it("doesn't take again what the last bucket has counted", () => {
    const before = new Map([[id, [{ ...pointAt(0, 1), to: 63, count: 64 }]]]);
    expect(extend(before, [at(63)]).curves).toBe(before);
  });

  it("never goes back: an earlier step makes the curve stale", () => {
    const before = new Map([[id, curve(1, 5)]]);
    expect(extend(before, [at(3)])).toEqual({ curves: before, stale: true });
  });

  it("stays within what is zoomed to, and begins a curve that has nothing", () => {
    expect(steps(extend(new Map([[id, []]]), [at(1), at(8)], 5).curves.get(id))).toEqual([1]);
  });

  it("changes nothing it was given", () => {
    const before = curve(1);
    extend(new Map([[id, before]]), [at(2)]);
    expect(before).toHaveLength(1);
  });
});

it("leaves out of waiting points what an answer has", () => {
  const left = newerThan(
    new Map([
      [id, curve(1, 2)],
      [seriesId("a", "other"), []],
    ]),
    [at(1), at(2), at(3)],
  );
  expect(left).toEqual([{ run_id: "a", step: 1, metrics: { other: 1 } }, { run_id: "a", step: 2, metrics: { other: 1 } }, at(3)]);
});

describe("a tail", () => {
  const read = (part: Curve) => [{ runId: "a", key: "loss", curve: part }];

  it("begins where all curves are known", () => {
    expect(
      tailStart(
        new Map([
          [id, curve(1, 9)],
          ["b", curve(4)],
        ]),
      ),
    ).toBe(4);
    expect(
      tailStart(
        new Map([
          [id, curve(1)],
          ["b", []],
        ]),
      ),
    ).toBeNull();
    expect(tailStart(new Map())).toBeNull();
  });

  it("is joined without doubling what both have", () => {
    expect(steps(joinTail(new Map([[id, curve(1, 2, 3)]]), read(curve(3, 4, 5)), 3)?.get(id))).toEqual([1, 2, 3, 4, 5]);
  });

  it("doesn't fit a run that was rewound meanwhile", () => {
    const known = new Map([[id, curve(1, 2, 3)]]);
    expect(joinTail(known, read([]), 3)).toBeNull();
    expect(joinTail(known, read([pointAt(3, 77), pointAt(4, 1)]), 3)).toBeNull();
  });

  it("is compared with a bucket by its count and its last value", () => {
    const bucket = { ...pointAt(0, 3), to: 3, count: 3 };
    const known = new Map([[id, [bucket]]]);
    expect(steps(joinTail(known, read(curve(0, 1, 3, 4)), 0)?.get(id))).toEqual([0, 1, 3, 4]);
    expect(joinTail(known, read(curve(0, 3, 4)), 0)).toBeNull();
    expect(joinTail(new Map([[id, [bucket]]]), read(curve(2, 3)), 2)).toBeNull();
  });

  it("doesn't fit when it was summarised", () => {
    expect(joinTail(new Map([[id, curve(1, 2)]]), read([{ ...pointAt(2, 2), to: 900, count: 899 }]), 2)).toBeNull();
  });

  it("fits a last value of NaN", () => {
    const known = new Map([[id, [pointAt(1, Number.NaN)]]]);
    expect(joinTail(known, read([pointAt(1, Number.NaN), pointAt(2, 1)]), 1)?.get(id)).toHaveLength(2);
  });
});
