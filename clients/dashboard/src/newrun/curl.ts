/** A curl command with the body quoted for a shell. */
export function curlOf(origin: string, body: Readonly<Record<string, unknown>>, header: string): string {
  const quoted = JSON.stringify(body, undefined, 1).replaceAll("'", `'\\''`);
  return `curl ${origin}/api/runs/train ${header}-H 'Content-Type: application/json' -d '${quoted}'`;
}
