/**
 * A failure with a state. The engine saves `properties` under `id`, shows `reasons`, and calls `update` in the next
 * run. The SDK knows no other form.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];

  constructor(id: string, properties: object, provider: unknown, reason: string) {
    super(reason);
    this.id = id;
    // Refresh and destroy load the provider by this text in the state.
    this.properties = { ...properties, __provider: provider };
    this.reasons = [reason];
  }
}
