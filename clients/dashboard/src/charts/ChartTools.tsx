import { csvOf } from "./csv";
import { download, fileName } from "./download";
import type { ChartModel } from "./model";
import { pngOf } from "./png";
import type { ChartRun } from "./series";
import styles from "./charts.module.css";

export interface ChartToolsProps {
  readonly title: string;
  readonly model: ChartModel;
  readonly runs: readonly ChartRun[];
  readonly size: { readonly width: number; readonly height: number };
  readonly zoomed: boolean;
  readonly onReset: () => void;
  readonly onError: (error: unknown) => void;
}

export function ChartTools({ title, model, runs, size, zoomed, onReset, onError }: ChartToolsProps) {
  const savePicture = () => {
    pngOf(model, { title, ...size }).then((picture) => {
      download(fileName(title, "png"), picture);
    }, onError);
  };
  const saveValues = () => {
    download(fileName(title, "csv"), new Blob([csvOf(model, runs)], { type: "text/csv;charset=utf-8" }));
  };
  return (
    <span className={styles["tools"]}>
      {zoomed && (
        <button type="button" onClick={onReset} aria-label={`Show all steps of ${title}`}>
          reset
        </button>
      )}
      <button type="button" onClick={savePicture} aria-label={`Save ${title} as PNG`}>
        png
      </button>
      <button type="button" onClick={saveValues} aria-label={`Save ${title} as CSV`}>
        csv
      </button>
    </span>
  );
}
