import type { Schemas } from "../../api/client";
import { LineTime } from "../../format/Time";

type Line = Schemas["LogView"];

const classes: Readonly<Record<string, string>> = { error: "error", warning: "warning", debug: "muted" };

export const classOf = ({ level }: Line): string | undefined => classes[level];

/** A log line. The level is also written as a word, not only shown by colour. */
export const LogText = ({ line: { time, level, message } }: { readonly line: Line }) => (
  <>
    <span className="muted">
      <LineTime at={time} />
    </span>{" "}
    {level !== "info" && `${level}: `}
    {message}
  </>
);

export const LogLines = ({ lines }: { readonly lines: readonly Line[] }) => (
  <ol className="log">
    {lines.map((line) => (
      <li key={line.id} className={classOf(line)}>
        <LogText line={line} />
      </li>
    ))}
  </ol>
);
