/** How many values lie between consecutive edges. */
export interface Bins {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** A histogram at a step. Its numbers are finite, which the type of the API can't say. */
export interface HistogramStep {
  readonly step: number;
  readonly histogram: Bins;
}

/** A rectangle, in parts of the plot: from 0 to 1, from the left and from the top. */
export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The bars of a histogram. The area of a bar is its count, so bins of different widths can be compared. */
export function barsOf({ edges, counts }: Bins): readonly Bar[] {
  const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  // Half by half: the range of numbers is wider than the largest number.
  const span = last / 2 - first / 2 || 1;
  const bars = counts.map((count, index) => {
    const [from, to] = [edges[index] ?? 0, edges[index + 1] ?? 0];
    const width = (to / 2 - from / 2) / span;
    return { x: (from / 2 - first / 2) / span, width, height: width > 0 ? count / width : 0, from, to, count };
  });
  const highest = Math.max(...bars.map(({ height }) => height), 0);
  return bars.map((bar) => ({ ...bar, height: highest > 0 ? bar.height / highest : 0 }));
}

/** A column of a heat map: the densities of one histogram in cells of equal height, from the lowest value up. */
export interface HeatColumn {
  readonly step: number;
  readonly cells: readonly number[];
}

export interface HeatMap {
  readonly low: number;
  readonly high: number;
  readonly columns: readonly HeatColumn[];
}

/** Histograms as columns over a common range. A cell is from 0 to 1, relative to the densest cell of its column. */
export function heatMapOf(steps: readonly HistogramStep[], rows: number): HeatMap {
  const filled = steps.filter(({ histogram: { counts } }) => counts.some((count) => count > 0));
  const low = Math.min(...filled.map(({ histogram: { edges } }) => edges[0] ?? 0));
  const high = Math.max(...filled.map(({ histogram: { edges } }) => edges.at(-1) ?? 1));
  if (filled.length === 0 || !(high > low)) {
    return { low: 0, high: 1, columns: [] };
  }
  return { low, high, columns: filled.map(({ step, histogram }) => ({ step, cells: cellsOf(histogram, low, high, rows) })) };
}

function cellsOf({ edges, counts }: Bins, low: number, high: number, rows: number): readonly number[] {
  const cells = new Array<number>(rows).fill(0);
  const height = (high / 2 - low / 2) / (rows / 2);
  counts.forEach((count, bin) => {
    const [from, to] = [edges[bin] ?? 0, edges[bin + 1] ?? 0];
    const [bottom, top] = [(from - low) / height, (to - low) / height];
    for (let row = Math.max(0, Math.floor(bottom)); row < Math.min(rows, Math.ceil(top)); row++) {
      const share = (Math.min(top, row + 1) - Math.max(bottom, row)) / (top - bottom);
      cells[row] = (cells[row] ?? 0) + count * Math.max(0, share);
    }
  });
  const densest = Math.max(...cells);
  return cells.map((cell) => (densest > 0 ? cell / densest : 0));
}
