import { Fault, Waiting } from "../shell/Notice";
import { LogLines } from "./log/LogLines";
import { useLog } from "./log/useLog";

const all = {};
const maxLines = 200;

/** The newest log lines of a run, newest first, for a small panel. */
export function RunLog({ runId }: { readonly runId: string }) {
  const { data: tail, error } = useLog(runId, all);
  if (tail === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  if (tail.logs.length === 0) {
    return <div className="notice muted">No log lines yet.</div>;
  }
  return <LogLines lines={tail.logs.slice(-maxLines).reverse()} />;
}
