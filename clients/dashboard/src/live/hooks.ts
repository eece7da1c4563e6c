import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { LiveMessage } from "./messages";
import { live, type ConnectionState } from "./socket";

export const useConnection = (): ConnectionState => useSyncExternalStore(live.watch, live.state);

export const useDisconnection = (): string => useSyncExternalStore(live.watch, live.reason);

/** Subscribes to a run's messages, or to all with `*`, while the component is mounted. */
export function useLive(topic: string, hear: (message: LiveMessage) => void): void {
  const onMessage = useEffectEvent(hear);
  useEffect(() => live.listen(topic, (message) => onMessage(message)), [topic]);
}
