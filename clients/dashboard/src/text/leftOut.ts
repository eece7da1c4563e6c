import { figure } from "../format/numbers";

/** What of a text was not read, as manifests have it: the first of the files and links, and how many there are. */
export interface LeftOut {
  readonly skipped_files?: number;
  readonly skipped?: readonly { readonly path: string; readonly reason: string; readonly position?: number | null }[];
}

/** Each file or link by name, with the reason; nothing where all was read. */
export function leftOutText({ skipped_files: count = 0, skipped = [] }: LeftOut): string | undefined {
  if (count === 0) return undefined;
  const named = skipped.map(({ path, reason, position }) => `${path}: ${reason}${position == null ? "" : `, at byte ${figure(position)}`}`);
  const more = count - named.length;
  return [...named, ...(more > 0 ? [`${figure(more)} more`] : [])].join("; ");
}

/** Of a run, by its manifest. A manifest that can't be read tells nothing. */
export function leftOutOfRun(manifest: string): string | undefined {
  try {
    return leftOutText((JSON.parse(manifest) as { readonly data?: LeftOut }).data ?? {});
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}
