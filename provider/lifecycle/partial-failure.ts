/**
 * The one form in which the SDK carries a failure together with a state: the engine saves
 * `properties` under `id`, shows `reasons`, and calls `update` in the next run.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];

  constructor(id: string, properties: object, provider: unknown, reason: string) {
    super(reason);
    this.id = id;
    // Without the provider's text in the state, refresh and destroy could not load the provider.
    this.properties = { ...properties, __provider: provider };
    this.reasons = [reason];
  }
}
