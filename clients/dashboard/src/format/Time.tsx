import { clock, exact, relative } from "./times";
import { useNow } from "./useNow";

interface TimeProps {
  /** ISO 8601. */
  readonly at: string | null | undefined;
}

/** How long ago something happened; the date, the time and the zone on hover. */
export function Time({ at }: TimeProps) {
  const now = useNow();
  return at == null ? (
    "–"
  ) : (
    <time dateTime={at} title={exact(at)}>
      {relative(at, now)}
    </time>
  );
}

/** The time of a line in a log, where lines a second apart must differ; the date, the zone and the age on hover. */
export function LineTime({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${exact(at)}, ${relative(at, now)}`}>
      {clock(at, now)}
    </time>
  );
}
