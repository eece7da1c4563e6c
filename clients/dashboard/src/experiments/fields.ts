import type { Field } from "../forms/fields";

/** What people say of an experiment. */
export const experimentFields: readonly Field[] = [
  { kind: "text", name: "name", title: "Name", required: true, most: 256 },
  { kind: "text", name: "folder", title: "Folder", most: 256, hint: "such as nlp/ablation; none when empty" },
  { kind: "text", name: "description", title: "What it asks", most: 10_000 },
];
