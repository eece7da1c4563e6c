// Prints what Spectral's rules for OpenAPI find in a document, one finding a line, and fails on errors.
import { readFile } from "node:fs/promises";
import spectral from "@stoplight/spectral-core";
import rulesets from "@stoplight/spectral-rulesets";

const error = 0;
const linter = new spectral.Spectral();
linter.setRuleset({ extends: [[rulesets.oas, "recommended"]] });
const findings = await linter.run(JSON.parse(await readFile(process.argv[2], "utf8")));
for (const finding of findings) console.log(finding.severity === error ? "error" : "warning", finding.code, finding.path.join("."), finding.message);
process.exitCode = findings.some((finding) => finding.severity === error) ? 1 : 0;
