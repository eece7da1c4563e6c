import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { LiveMessage } from "./messages";
import { live, type ConnectionState } from "./socket";

export const useConnection = (): ConnectionState => useSyncExternalStore(live.watch, live.state);

/** Hears a run's messages, or everybody's with `*`, while the component is shown. */
export function useLive(topic: string, hear: (message: LiveMessage) => void): void {
  const onMessage = useEffectEvent(hear);
  useEffect(() => live.listen(topic, (message) => onMessage(message)), [topic]);
}
