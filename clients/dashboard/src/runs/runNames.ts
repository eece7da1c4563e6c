import { api, data } from "../api/client";

/** The names of runs by their ids. */
export type ReadNames = (runIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

const perRequest = 100;
const within = 20;

/** Reads the names of runs in as few requests as possible: those asked for within a moment go together. */
export class RunNames {
  readonly #read: ReadNames;
  #waiting = new Map<string, { readonly name: Promise<string>; readonly settle: (names: Promise<ReadonlyMap<string, string>>) => void }>();

  constructor(read: ReadNames) {
    this.#read = read;
  }

  /** The name of a run; its id if there is no such run, for example because it was deleted. */
  of(runId: string): Promise<string> {
    const known = this.#waiting.get(runId);
    if (known !== undefined) {
      return known.name;
    }
    if (this.#waiting.size === 0) {
      setTimeout(() => this.#send(), within);
    }
    let settle: (names: Promise<ReadonlyMap<string, string>>) => void = () => undefined;
    const name = new Promise<ReadonlyMap<string, string>>((resolve) => {
      settle = resolve;
    }).then((names) => names.get(runId) ?? runId);
    this.#waiting.set(runId, { name, settle });
    return name;
  }

  #send(): void {
    const waiting = [...this.#waiting];
    this.#waiting = new Map();
    for (let first = 0; first < waiting.length; first += perRequest) {
      const part = waiting.slice(first, first + perRequest);
      const names = this.#read(part.map(([runId]) => runId));
      for (const [, { settle }] of part) {
        settle(names);
      }
    }
  }
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

export const filterOfIds = (runIds: readonly string[]): string => `run_id in (${runIds.map(quoted).join(", ")})`;

export const runNames = new RunNames(async (runIds) => {
  const query = { filter: filterOfIds(runIds), limit: perRequest };
  const { items } = await data(api.GET("/api/runs", { params: { query } }));
  return new Map(items.map(({ run_id, name }) => [run_id, name]));
});

export const runNameKey = (runId?: string) => (runId === undefined ? ["run name"] : ["run name", runId]);

/** The query of a run's name. */
export const runNameOf = (runId: string) => ({
  queryKey: runNameKey(runId),
  queryFn: () => runNames.of(runId),
  staleTime: 60_000,
});
