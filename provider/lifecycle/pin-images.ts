import { CodedError } from "../model/error-codes.js";
import type { Clock } from "../transport/clock.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { findFailures, type Inputs } from "../validation/inputs.js";
import { endSharing } from "./account-reading.js";
import type { FoundImages } from "./image-search.js";
import { Progress } from "./progress.js";
import { applyPins, type Pins, waitLimitSeconds } from "./task-inputs.js";
import type { Request, TaskDriver, TaskKind } from "./task-kind.js";
import { waitWhile } from "./wait-while.js";

// A request can name an image by a text, such as `shop/api:2.0.1`. The text is pinned once, before anything is sent:
// the ids that the cloud has for it then stay in the state. So a tag that moves later changes nothing.

/** Pins the images of a request. An image that was pushed a moment ago is listed only after the kind's preparation. */
export async function pinImages(
  kind: TaskKind,
  driver: TaskDriver,
  { request, clock }: { readonly request: Request; readonly clock: Clock },
): Promise<Pins> {
  if (driver.pinImages === undefined || kind.needsPins?.(request) !== true) return undefined;
  if (driver.prepare !== undefined) {
    endSharing();
    const progress = new Progress(undefined, { clock });
    const deadline = clock.now() + waitLimitSeconds(undefined, "create", { kind, request }) * 1000;
    await waitWhile(await driver.prepare(request), { clock, deadline, show: (text) => progress.show(text) });
    endSharing();
  }
  const pins = (await driver.pinImages(request)) as Inputs;
  const [failure] = findFailures(applyPins(request as Inputs, pins), kind.inputs);
  if (failure === undefined) return pins;
  throw new CodedError(
    "IS-IMAGE",
    `nothing was submitted: the images are found, and ${failure.property} ${failure.reason}`,
  );
}

/** How one image is looked for, and how a candidate is described. */
export interface ImageLookup<Image> {
  /** The image as the user wrote it. */
  readonly written: string;
  find(): Promise<FoundImages<Image>>;
  describe(image: Image): string;
}

const mostCandidates = 5;

/** The only image that matches. Throws an error that names what comes close, or the candidates. */
export async function findOneImage<Image>({ written, find, describe }: ImageLookup<Image>): Promise<Image> {
  const {
    images,
    total,
    isComplete,
    hint = `no image ${written}`,
  } = await find().catch((error: unknown) => {
    if (isCloudError(error)) throw error;
    return refuse(`${written}: ${describeError(error)}`);
  });
  const [image] = images;
  if (image === undefined) {
    const unread = isComplete ? "" : ", as far as the list could be read";
    return refuse(`${hint}${unread}. Correct it, or wait until the cloud lists it`);
  }
  if (total === 1) return image;
  const candidates = images.slice(0, mostCandidates).map(describe).join(", ");
  const more = total > mostCandidates ? ` and ${total - mostCandidates} more` : "";
  return refuse(`${written} matches ${total} images: ${candidates}${more}. Write the registry or the digest too`);
}

function refuse(why: string): never {
  throw new CodedError("IS-IMAGE", `nothing was submitted: images: ${why}`);
}
