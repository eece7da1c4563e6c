import { Fault, Waiting } from "../shell/Notice";
import { LogLines } from "./log/LogLines";
import { useLog } from "./log/useLog";

const all = {};
const most = 200;

/** A run's log as far as a small field needs it, the newest first. */
export function RunLog({ runId }: { readonly runId: string }) {
  const { data: tail, error } = useLog(runId, all);
  if (tail === undefined) return error === null ? <Waiting /> : <Fault error={error} />;
  if (tail.logs.length === 0) return <div className="notice muted">It has logged nothing yet.</div>;
  return <LogLines lines={tail.logs.slice(-most).reverse()} />;
}
