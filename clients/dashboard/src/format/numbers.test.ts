import { expect, test } from "vitest";
import { bytes, duration, figure } from "./numbers";

test("figures are as precise as a column needs", () => {
  expect([4.044813847541809, 0.00012345678, 0.00001234, 12879415, 1e12 + 0.5, "NaN", null].map(figure)).toEqual([
    "4.0448",
    "0.00012346",
    "1.23e-5",
    "12,879,415",
    "1.00e+12",
    "NaN",
    "–",
  ]);
});

test("bytes are told in the unit that fits", () => {
  expect([0, 1023, 1024, 12879415, 270553174016].map(bytes)).toEqual(["0 B", "1023 B", "1.0 KiB", "12.3 MiB", "252.0 GiB"]);
});

test("durations have two units at most", () => {
  expect([0, 59.6, 125, 3725, 100_000, Infinity].map(duration)).toEqual(["0s", "1m 00s", "2m 05s", "1h 02m", "1d 3h", "–"]);
});
