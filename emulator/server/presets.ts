/** Situations that a user can rehearse; the first group is Tencent Cloud's, the second Huawei Cloud's. */
export const presetNames = {
  "registry-create-no-taskid": "the answer to a scan of registry images has no TaskID",
  "registry-create-taskid": "the answer to a scan of registry images has a TaskID (the default)",
  "registry-timeout": "a scan of registry images ends at its timeout, with Schedule 100 and no image scanned",
  "registry-partial": "a scan of registry images ends as SCANNED, with its virus part failed",
  "registry-subset": "a scan of registry images leaves out viruses, with remarks on all types",
  "local-running": "a scan of local images is far from its end and makes no progress",
  "local-cancelled": "somebody stops a scan of local images halfway",
  "vul-half": "a vulnerability scan has no registry half: RegistryTaskID is 0",
  "vul-unknown": "the status of a vulnerability scan is NOT_SCAN, with ids of 0",
  "schedule-legacy": "schedules are shown in their older form, without optional fields",
  "list-slow": "the first call of an image list is answered with InvalidParameter.RequestTimeout",
  "already-scanning": "the next submission is refused with FailedOperation.ErrAlreadyScanning",
  "null-fields": "every field of a Tencent Cloud answer that can be null is null",
  "findings-late": "an image shows the findings of a scan 4 s after its end, and the older numbers until then",
  "findings-absent": "Tencent Cloud's lists leave out the numbers of vulnerabilities by level",
  "quota-empty": "the image scan quota is used up",
  "hss-create-204": "a scan is accepted with status 204",
  "hss-create-json": "a scan is accepted with the body {}",
  "hss-create-text": "a scan is accepted with a body that is not JSON",
  "hss-late": "the task of a scan is listed 8 s after it was accepted",
  "hss-drop": "the next scan is accepted, and its answer is lost",
  "hss-two-tasks": "a scan becomes two tasks",
  "hss-no-task": "a scan is accepted and becomes no task",
  "hss-oldest-first": "tasks are listed oldest first",
  "hss-shifting": "somebody else's task appears between two pages of the list",
  "hss-terminated": "a scan ends as terminated (task_status -1)",
  "hss-timeout": "a scan ends at its timeout (task_status -2)",
  "hss-abnormal": "a scan ends as abnormal (task_status -3)",
  "hss-failed-images": "a scan ends with task_status 100, and some of its images failed",
  "hss-null-fields": "counters and times of a task are null",
  "hss-old-envelope": "the next call fails with the older envelope, without error_msg",
  "hss-denied": "the next call fails with status 400 and HSS.0013",
  "hss-throttled": "the next call is throttled by the gateway (APIGW.0308)",
  "hss-bad-gateway": "the next call is answered with an HTML page and status 502",
} as const;

export type PresetName = keyof typeof presetNames;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presetNames, name);
}

/** The presets that are on: everywhere, or for single images. */
export class Presets {
  readonly #on = new Map<PresetName, Set<string> | "everywhere">();

  /** Switches a preset on: for one image, by its id or name, or everywhere. */
  add(name: PresetName, image?: string): void {
    const present = this.#on.get(name);
    if (image === undefined) this.#on.set(name, "everywhere");
    else if (present !== "everywhere") this.#on.set(name, new Set([...(present ?? []), image]));
  }

  /** Switches a preset off, everywhere and for all images. */
  remove(name: string): void {
    if (!isPresetName(name)) throw new Error(`there is no preset "${name}"`);
    this.#on.delete(name);
  }

  clear(): void {
    this.#on.clear();
  }

  /** Whether a preset is on, for one of these images or everywhere. */
  has(name: PresetName, ...images: readonly string[]): boolean {
    const where = this.#on.get(name);
    return where === "everywhere" || (where !== undefined && images.some((image) => where.has(image)));
  }

  /** The same for a preset that acts once. Switches it off. */
  take(name: PresetName, ...images: readonly string[]): boolean {
    const taken = this.has(name, ...images);
    if (taken) this.#on.delete(name);
    return taken;
  }

  /** `NAME` or `NAME=IMAGE`. */
  addText(text: string): void {
    const [name = "", image] = text.split(/=(.*)/s);
    if (!isPresetName(name)) throw new Error(`there is no preset "${name}"`);
    this.add(name, image);
  }

  /** The delay from a scan of the image until its numbers are shown. */
  lateMs(...names: readonly string[]): number {
    return this.has("findings-late", ...names) ? 4_000 : 0;
  }

  list(): Record<string, "everywhere" | string[]> {
    const entries = [...this.#on].map(([name, where]) => [name, where === "everywhere" ? where : [...where]] as const);
    return Object.fromEntries(entries);
  }
}
