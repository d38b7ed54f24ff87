/** `project/stack` of a resource's URN. */
export function stackIn(urn: string | undefined): string | undefined {
  const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn ?? "") ?? [];
  return stack === undefined ? undefined : `${project}/${stack}`;
}
