import { type Known, type KnownObject, listOf, objectOf, textOf } from "./known.js";

// Kubernetes workloads: which images they run.

const workload =
  /^kubernetes:(core|apps|batch|extensions)\/v[^:]+:(Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob)(Patch)?$/;

const containers = ["containers", "initContainers", "ephemeralContainers"];

export function isWorkload(type: string): boolean {
  return workload.test(type);
}

/** The images of its containers; what is not known yet stands among them as it is. */
export function imagesOf(type: string, props: KnownObject): readonly Known[] {
  const pod = podSpecOf(workload.exec(type)?.[2] ?? "", objectOf(props["spec"]));
  return containers.flatMap((name) => listOf(pod[name]).map((container) => objectOf(container)["image"]));
}

function podSpecOf(kind: string, spec: KnownObject): KnownObject {
  if (kind === "Pod") return spec;
  const template = kind === "CronJob" ? objectOf(objectOf(spec["jobTemplate"])["spec"]) : spec;
  return objectOf(objectOf(template["template"])["spec"]);
}

/** The digest by which an image is pinned; nothing where it is not. */
export function digestIn(image: Known): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(textOf(image) ?? "")?.[1];
}
