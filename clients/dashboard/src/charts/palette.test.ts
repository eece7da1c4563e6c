import { describe, expect, it } from "vitest";
import { tokens } from "../theme/tokens";

// Machado, Oliveira and Fernandes (2009), severity 1, for linear RGB.
const visions: Readonly<Record<string, readonly (readonly number[])[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const linear = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });

const through = (matrix: readonly (readonly number[])[], vector: readonly number[]): readonly number[] =>
  matrix.map((row) => row.reduce((sum, factor, at) => sum + factor * (vector[at] ?? 0), 0));

const toXyz = [
  [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
];

function lab(colour: string, vision: readonly (readonly number[])[]): readonly number[] {
  const seen = through(vision, linear(colour)).map((part) => Math.min(1, Math.max(0, part)));
  const [x = 0, y = 0, z = 0] = through(toXyz, seen).map((part) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const colours = tokens("series");

describe("the colours of series", () => {
  it.each(Object.entries(visions))("are at least 20 apart (CIE 1976) with %s vision", (_, vision) => {
    expect(colours).toHaveLength(12);
    const seen = colours.map((colour) => lab(colour, vision));
    const distances = seen.flatMap((one, place) =>
      seen.slice(0, place).map((other) => Math.hypot(...one.map((part, at) => part - (other[at] ?? 0)))),
    );
    expect(Math.min(...distances)).toBeGreaterThan(20);
  });

  it("have the contrast of text with the ground", () => {
    for (const colour of colours) {
      const [r = 0, g = 0, b = 0] = linear(colour);
      expect((0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) / 0.05).toBeGreaterThan(4.5);
    }
  });
});
