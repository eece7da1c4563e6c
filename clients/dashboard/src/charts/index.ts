export { apiHistory, historySource, type QueryHistories } from "./apiHistory";
export { csvOf } from "./csv";
export type { HistoryCurve, HistoryRequest, HistorySource } from "./history";
export type { LiveListener, LivePoint, LiveSource } from "./live";
export { colourAt, dashAt } from "./palette";
export { type ChartRange, SeriesChart, type SeriesChartProps } from "./SeriesChart";
export type { ChartRun } from "./series";
export { pointsOf, socketPoints } from "./socketPoints";
