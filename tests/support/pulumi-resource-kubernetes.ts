import { randomUUID } from "node:crypto";
import { main, type Provider } from "@pulumi/pulumi/provider/index.js";

// A stand-in for Kubernetes, whose own plugin no package registry has: it takes any object, and keeps it in the state.

const kinds = {
  "apps/v1": ["Deployment", "StatefulSet", "DaemonSet"],
  "batch/v1": ["CronJob"],
  "core/v1": ["Pod"],
} as const;

const any = { $ref: "pulumi.json#/Any" };
const properties = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: any, spec: any };

const schema = {
  name: "kubernetes",
  version: "4.0.0",
  resources: Object.fromEntries(
    Object.entries(kinds).flatMap(([group, names]) =>
      names.map((name) => [`kubernetes:${group}:${name}`, { inputProperties: properties, properties }]),
    ),
  ),
};

const kubernetes: Provider = {
  version: schema.version,
  schema: JSON.stringify(schema),
  check: async (_urn, _olds, news: object) => ({ inputs: news }),
  diff: async (_id, _urn, olds, news) => ({ changes: JSON.stringify(olds) !== JSON.stringify(news) }),
  create: async (_urn, inputs: object) => ({ id: randomUUID(), outs: inputs }),
  update: async (_id, _urn, _olds, news: object) => ({ outs: news }),
  delete: async () => undefined,
};

void main(kubernetes, process.argv.slice(2));
