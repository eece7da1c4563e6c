import type { Schemas } from "../../api/client";
import { clock } from "../../format/numbers";

const classes: Readonly<Record<string, string>> = { error: "error", warning: "warning", debug: "muted" };

/** Log lines. The level is also written as a word, not only shown by colour. */
export function LogLines({ lines }: { readonly lines: readonly Schemas["LogView"][] }) {
  return (
    <ol className="log">
      {lines.map(({ id, time, level, message }) => (
        <li key={id} className={classes[level]}>
          <span className="muted">{clock(time)}</span> {level !== "info" && `${level}: `}
          {message}
        </li>
      ))}
    </ol>
  );
}
