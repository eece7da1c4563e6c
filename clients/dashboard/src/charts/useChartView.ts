import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { type ChartView, readChartView, withChartView } from "./chartView";

// Browsers throttle URL changes to about seven a second; dragging a slider makes more.
const settled = 300;

/** The display settings of the page's charts, kept in the URL, and a setter. */
export function useChartView(): readonly [ChartView, (change: Partial<ChartView>) => void] {
  const [search, setSearch] = useSearchParams();
  const [pending, setPending] = useState<Partial<ChartView>>({});
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);
  const change = (wanted: Partial<ChartView>) => {
    const all = { ...pending, ...wanted };
    setPending(all);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => {
      setSearch((current) => withChartView(current, all), { replace: true });
      setPending({});
    }, settled);
  };
  return [{ ...readChartView(search), ...pending }, change];
}
