import { parseArgs } from "node:util";
import { codedMessage } from "../coded-message.js";
import { findImages, type HssImages } from "../huawei/images/find-images.js";
import type { FoundImages, ImageQuery } from "../lifecycle/image-search.js";
import { findLocalImages, type LocalImages } from "../tencent/images/find-local-images.js";
import { findRegistryImages, type RegistryImages } from "../tencent/images/find-registry-images.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { Limiter } from "../transport/limiter.js";
import type { Command } from "./command.js";
import { renderImages, type ShownImage } from "./images-table.js";

const usage = `Usage: pulumi-image-scan images WHERE [IMAGE] [--name NAME] [--tag TAG] [--digest DIGEST] [--json] ...

Lists the images that a scan can take, with the ids that it takes them by. WHERE is one of
  tencent-local      local images of Tencent Cloud: ids for tencent.LocalScanTask
  tencent-registry   images of registries: ids for tencent.RegistryScanTask
  huawei             images of registries of Huawei Cloud; with --json, images for huawei.ScanTask
  huawei-local       images on hosts

IMAGE is an image as it is written elsewhere, such as registry.example/shop/api:2.0.1, in place of the first five options:

  --name NAME        name of the repository, whole: shop/api; * stands for any characters: 'shop/*'
  --namespace NAME   the part of it before its first slash; * as above
  --tag TAG          tag, whole; * as above
  --digest DIGEST    sha256:…
  --registry NAME    address or name of the registry; * as above
  --registry-type T  kind of the registry, such as tcr, harbor or SwrPrivate; not for local images
  --json             prints what the lookup gives in a program

The account comes from the environment and the vendor's file of credentials, never from a stack's config. Options for
what the config says otherwise:

  --profile NAME     profile of the vendor's file of credentials
  --site SITE        version of Tencent Cloud's API: intl (default) or cn
  --region REGION    region of the account
  --project ID       project of Huawei Cloud
  --endpoint URL     another host than the cloud's, such as the emulator's

Exits with 0 if an image matches, 1 if none does, 2 if that is not known: bad usage, or a failed call.`;

const options = {
  name: { type: "string" },
  namespace: { type: "string" },
  tag: { type: "string" },
  digest: { type: "string" },
  registry: { type: "string" },
  "registry-type": { type: "string" },
  profile: { type: "string" },
  site: { type: "string" },
  region: { type: "string" },
  project: { type: "string" },
  endpoint: { type: "string" },
  json: { type: "boolean", default: false },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** A kind of list, and how its images are shown. */
interface Listing {
  readonly vendor: "tencent" | "huawei";
  readonly find: (client: never, query: ImageQuery) => Promise<FoundImages<unknown>>;
  readonly shown: (found: never) => readonly ShownImage[];
  /** What every query of it says. */
  readonly query?: object;
}

const listings: Readonly<Record<string, Listing>> = {
  "tencent-local": { vendor: "tencent", find: findLocalImages, shown: showLocal },
  "tencent-registry": { vendor: "tencent", find: findRegistryImages, shown: showRegistry },
  huawei: { vendor: "huawei", find: findImages, shown: showHss },
  "huawei-local": { vendor: "huawei", find: findImages, shown: showHss, query: { globalImageType: "local" } },
};

/** Which options set which key of the config. */
const settings = {
  tencent: { profile: "profile", site: "site", region: "region", endpoint: "endpoint" },
  huawei: { profile: "profile", region: "region", project: "projectId", endpoint: "endpoint" },
} as const;

async function run(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [where, image, ...more] = positionals;
    const listing = where !== undefined && Object.hasOwn(listings, where) ? listings[where] : undefined;
    if (listing === undefined) throw new Error(`say where to look: ${Object.keys(listings).join(", ")}`);
    if (more.length > 0) throw new Error(`give one image, not ${more.length + 1}`);
    const query = readQuery(where as string, listing, { ...values, image });
    const client = createClient(listing.vendor, values);
    const found = await listing.find(client as never, query);
    return show(found, values.json ? undefined : listing.shown(found as never));
  } catch (error) {
    return say(`pulumi-image-scan images: ${isCloudError(error) ? codedMessage(error) : describeError(error)}`, 2);
  }
}

function readQuery(
  where: string,
  { query }: Listing,
  values: Values & { readonly image: string | undefined },
): ImageQuery {
  const { image, name, namespace, tag, digest, registry, "registry-type": registryType } = values;
  if (registryType !== undefined && where.endsWith("-local"))
    throw new Error(`--registry-type is not used with ${where}`);
  const all = { image, name, namespace, tag, digest, registry, registryType };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  // A list of all is read in full: 10 000 is the most that a lookup gives.
  return { maxImages: 10_000, ...query, ...Object.fromEntries(given) };
}

function createClient(vendor: Listing["vendor"], values: Values): unknown {
  const known: Readonly<Record<string, string>> = settings[vendor];
  const foreign = (["site", "project"] as const).find((name) => values[name] !== undefined && !(name in known));
  if (foreign !== undefined) throw new Error(`--${foreign} is not an option for this cloud`);
  const config = new Map(
    Object.entries(known).map(([option, key]) => [`${vendor}cloud:${key}`, values[option as keyof Values] as string]),
  );
  // Loaded here, so that the other commands do not load the clients.
  const { Accounts } = require("../clouds.js") as typeof import("../clouds.js");
  const warn = (text: string) => void process.stderr.write(`warning: ${text}\n`);
  return new Accounts(vendor, () => (key) => config.get(key), { limiter: new Limiter(), warn }).client(undefined);
}

function show(found: FoundImages<unknown>, shown: readonly ShownImage[] | undefined): number {
  process.stdout.write(shown === undefined ? `${JSON.stringify(found, undefined, 2)}\n` : renderImages(shown));
  const { total, isComplete, images, hint } = found;
  if (hint !== undefined) process.stderr.write(`${hint}\n`);
  if (!isComplete) {
    const cause = total > images.length ? `${total} match` : "the cloud's list could not be read completely";
    process.stderr.write(`warning: some images may be missing: ${cause}\n`);
  }
  return total > 0 ? 0 : 1;
}

function say(text: string, code: number): number {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return code;
}

const unlicensed = "no scan licence";

function showLocal({ images }: LocalImages): ShownImage[] {
  return images.map(({ id, imageName, scanStatus, scanTime, isLicensed }) => {
    return { name: imageName, scanStatus, scanTime, facts: [id, ...(isLicensed ? [] : [unlicensed])] };
  });
}

function showRegistry({ images }: RegistryImages): ShownImage[] {
  return images.map((image) => {
    const { id, namespace, imageName, imageTag, imageDigest, registryType, instanceName, isLicensed } = image;
    const registry = [registryType, instanceName].filter((one) => one !== undefined).join(" ");
    const facts = [`id ${id}, ${registry}`, imageDigest, isLicensed ? undefined : unlicensed];
    return {
      name: `${namespace}/${imageName}:${imageTag}`,
      scanStatus: image.scanStatus,
      scanTime: image.scanTime,
      facts: facts.filter((fact) => fact !== undefined),
    };
  });
}

function showHss({ images, scans }: HssImages): ShownImage[] {
  return images.map((image, at) => {
    const { id, imageId, imageDigest, registryType, registryName } = image;
    const scan = scans[at];
    const registry = [registryType, registryName].filter((one) => one !== undefined).join(" ");
    const facts = [id === undefined ? registry : `id ${id}, ${registry}`, imageId, imageDigest];
    return {
      name: scan?.image ?? "",
      scanStatus: scan?.scanStatus ?? "",
      scanTime: scan?.scanTime,
      facts: facts.filter((fact) => fact !== undefined),
    };
  });
}

export const command: Command = { usage, run };
