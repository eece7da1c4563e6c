import { type RefObject, useEffect, useState } from "react";

export interface Sight {
  readonly width: number;
  readonly height: number;
  readonly inSight: boolean;
}

/** The size of an element, and whether it is in or near the viewport. */
export function useSight(element: RefObject<HTMLElement | null>): Sight {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) {
      return undefined;
    }
    const sizes = new ResizeObserver(() => {
      setSize({ width: current.clientWidth, height: current.clientHeight });
    });
    const crossings = new IntersectionObserver(
      (entries) => {
        setInSight(entries.at(-1)?.isIntersecting ?? false);
      },
      { rootMargin: "200px" },
    );
    sizes.observe(current);
    crossings.observe(current);
    return () => {
      sizes.disconnect();
      crossings.disconnect();
    };
  }, [element]);
  return { ...size, inSight };
}
