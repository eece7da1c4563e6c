/** A command for a shell, whatever is in the body. */
export function curlOf(origin: string, body: Readonly<Record<string, unknown>>): string {
  return `curl ${origin}/api/runs/train -H 'Content-Type: application/json' -d '${JSON.stringify(body, undefined, 1).replaceAll("'", `'\\''`)}'`;
}
