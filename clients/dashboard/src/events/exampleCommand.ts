import { keyHeader } from "../api/keyHeader";

const event = JSON.stringify({ event: "ml.run.metric", trial_id: "first", measurements: { loss: 0.5 } });

/** A curl command that posts a first event. */
export const exampleCommand = (): string =>
  `curl ${location.origin}/api/events/ml ${keyHeader()}-H 'Content-Type: application/json' -d '${event}'`;
