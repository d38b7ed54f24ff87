/** `project/stack` from the URN of a resource. */
export function stackIn(urn: string | undefined): string | undefined {
  const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn ?? "") ?? [];
  return stack === undefined ? undefined : `${project}/${stack}`;
}
