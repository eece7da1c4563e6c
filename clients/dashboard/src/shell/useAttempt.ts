import { useState } from "react";

export interface Attempt {
  readonly busy: boolean;
  /** Why the last one did not work. */
  readonly error: Error | null;
  readonly attempt: (what: () => Promise<void>) => void;
}

/** Does what a person asks for, one at a time, and keeps why it didn't work for them to read. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const attempt = (what: () => Promise<void>): void => {
    setBusy(true);
    setError(null);
    what()
      .catch((fault: unknown) => setError(fault instanceof Error ? fault : new Error(String(fault))))
      .finally(() => setBusy(false));
  };
  return { busy, error, attempt };
}
