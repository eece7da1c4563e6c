import { duration } from "../format/numbers";
import { useNow } from "../format/useNow";
import { type Timed, took } from "./elapsed";

/** How long a run took, or has been running. */
export function Took({ run }: { readonly run: Timed }) {
  const now = useNow();
  return duration(took(run, now));
}
