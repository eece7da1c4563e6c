import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { curlOf } from "./curl";

it("is taken by a shell as it was meant", () => {
  const body = { name: `it's "quoted" $HOME \`x\` \\`, max_steps: 3 };
  const command = curlOf("http://localhost:5080", body, '-H "X-Api-Key: $KEY" ').replace("curl", "printf '%s\\n'");
  expect(JSON.parse(execFileSync("sh", ["-c", command], { encoding: "utf8" }).split("\n").slice(6).join("\n"))).toEqual(body);
});
