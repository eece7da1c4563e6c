import { figure } from "../format/numbers";

/** The skipped files of a corpus, as in manifests: the first ones and their number. */
export interface LeftOut {
  readonly skipped_files?: number;
  readonly skipped?: readonly { readonly path: string; readonly reason: string; readonly position?: number | null }[];
}

/** Each skipped file or link with its reason; undefined if everything was read. */
export function leftOutText({ skipped_files: count = 0, skipped = [] }: LeftOut): string | undefined {
  if (count === 0) {
    return undefined;
  }
  const named = skipped.map(({ path, reason, position }) => `${path}: ${reason}${position == null ? "" : `, at byte ${figure(position)}`}`);
  const more = count - named.length;
  return [...named, ...(more > 0 ? [`${figure(more)} more`] : [])].join("; ");
}

/** The skipped files of a run, from its manifest; undefined if the manifest can't be parsed. */
export function leftOutOfRun(manifest: string): string | undefined {
  try {
    return leftOutText((JSON.parse(manifest) as { readonly data?: LeftOut }).data ?? {});
  } catch (fault) {
    if (fault instanceof SyntaxError) {
      return undefined;
    }
    throw fault;
  }
}
