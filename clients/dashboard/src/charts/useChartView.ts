import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { type ChartView, readChartView, withChartView } from "./chartView";

// Browsers refuse addresses that change more often than about seven times a second, as they would while a slider is dragged.
const settled = 300;

/** How the page's charts show their curves, kept in the address, and a way to change it. */
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
