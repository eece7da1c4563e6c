import type { Field } from "../forms/fields";

/** The editable fields of an experiment. */
export const experimentFields: readonly Field[] = [
  { kind: "text", name: "name", title: "Name", required: true, max: 256 },
  { kind: "text", name: "folder", title: "Folder", max: 256, hint: "such as nlp/ablation" },
  { kind: "text", name: "description", title: "Description", max: 10_000 },
];
