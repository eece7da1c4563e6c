// Writes the types and limits of Trainyard's API from the description that a running one gives: npm run api -- http://localhost:5080
import { writeFile } from "node:fs/promises";
import process from "node:process";
import openapiTS, { astToString } from "openapi-typescript";

const from = process.argv[2] ?? "http://localhost:5080";
const description = await (await fetch(new URL("/openapi/v1.json", from))).json();
for (const path of Object.values(description.paths)) {
  for (const operation of Object.values(path)) {
    // A refusal has one form everywhere, and is thrown.
    for (const status of Object.keys(operation.responses ?? {})) if (!status.startsWith("2")) delete operation.responses[status];
    // What comes as a file or a stream too is asked for as JSON, unless a call says otherwise.
    for (const { content } of Object.values(operation.responses ?? {})) {
      if (content?.["application/json"]) for (const type of Object.keys(content)) if (type !== "application/json") delete content[type];
    }
  }
}
await writeFile("src/api/schema.d.ts", astToString(await openapiTS(description, { defaultNonNullable: false })));

/** What the forms need of a request's members: limits, allowed words, presets and defaults. */
const requests = ["TrainingConfig", "TokenizerConfig", "SweepDefinition", "PrunerDefinition", "GenerateRequest", "EvaluationRequest"];
const kept = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxLength", "enum", "default"];
const typeOf = ({ type, anyOf }) => [type ?? anyOf?.[0].type].flat().find((name) => name !== "null");
const limitsOf = (member) => ({
  type: typeOf(member) ?? "object",
  ...Object.fromEntries(kept.filter((name) => member[name] !== undefined).map((name) => [name, member[name]])),
  ...(member["x-presets"] ? { presets: member["x-presets"] } : {}),
});
const limits = Object.fromEntries(
  requests.map((name) => {
    const { properties } = description.components.schemas[name];
    return [name, Object.fromEntries(Object.entries(properties).map(([member, schema]) => [member, limitsOf(schema)]))];
  }),
);
await writeFile(
  "src/api/limits.ts",
  `/** Written by api.js from the description of the API. */\nexport const limits = ${JSON.stringify(limits, null, 2)} as const;\n`,
);
