import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";

/** Shorter lists are in the document as a whole, so the browser's search finds all of their rows. */
const wholeBelow = 100;
const overscan = 10;

interface VisibleRowsOptions {
  readonly count: number;
  /** The key of the row at an index. Its identity must be stable while the rows stay the same. */
  readonly keyAt: (index: number) => string | number;
  /** The element that scrolls. */
  readonly region: RefObject<HTMLElement | null>;
  /** The height in pixels of a row that was not in the document yet. */
  readonly height: number;
  /** A row that stays in the document, such as the one with the focus. */
  readonly kept?: number | undefined;
  /** The end keeps what is in sight in its place while rows are added before it. */
  readonly anchor?: "start" | "end";
}

/** The rows to render: all of a short list; of a long one those in sight and a few around them. */
export function useVisibleRows({ count, keyAt, region, height, kept, anchor = "start" }: VisibleRowsOptions) {
  const long = count >= wholeBelow;
  // eslint-disable-next-line react-hooks/incompatible-library -- The compiler isn't used, and nothing here is memoized.
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count,
    enabled: long,
    getScrollElement: () => region.current,
    estimateSize: () => height,
    getItemKey: keyAt,
    anchorTo: anchor,
    overscan,
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      return kept === undefined || kept >= count ? inSight : [...new Set([...inSight, kept])].sort((a, b) => a - b);
    },
  });
  const items = long ? virtualizer.getVirtualItems() : [];
  return {
    long,
    virtualizer,
    /** Rows with the height in pixels left out before each. */
    rows: long
      ? items.map(({ index, start }, place) => ({ index, before: start - (items[place - 1]?.end ?? 0) }))
      : Array.from({ length: count }, (_, index) => ({ index, before: 0 })),
    /** The height in pixels left out after the last row. */
    after: long ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0,
  };
}
