import { useState } from "react";
import type { Schemas } from "../api/client";
import { Fault, Waiting } from "../shell/Notice";
import { NewSweep } from "./NewSweep";
import { useSweep } from "./queries";
import { WatchSweep } from "./WatchSweep";

/** The current or last sweep of an experiment, or the form for a new one. */
export function SweepView({ experiment: { experiment_id: experimentId } }: { readonly experiment: Schemas["ExperimentView"] }) {
  const { data: sweep, error } = useSweep(experimentId);
  const [another, setAnother] = useState(false);
  if (sweep === undefined) {
    return error === null ? <Waiting /> : <Fault error={error} />;
  }
  return sweep === null || another ? (
    <NewSweep experimentId={experimentId} onStarted={() => setAnother(false)} />
  ) : (
    <WatchSweep sweep={sweep} onAnother={() => setAnother(true)} />
  );
}
