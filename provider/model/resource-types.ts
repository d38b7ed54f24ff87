// The types of all resources, as they are in every state and in the terminal. They are short, because a terminal of 80
// columns cuts off the end of a line, and the progress of a scan comes after the type.

const dynamic = "pulumi-nodejs:dynamic:";
/** The package of the provider plugin, as the types of its resources name it. */
export const pluginPackage = "image-scan";

/** The first word of the types of a kind of task. */
const taskWords = {
  "tencent:LocalScanTask": "Local",
  "tencent:RegistryScanTask": "Registry",
  "tencent:VulnerabilityScanTask": "Vuln",
  "huawei:ScanTask": "Hss",
} as const;

/** The last word of the type of each step of a task: `LocalRead`, `LocalSend`, `LocalScan`. */
const stepWords = { baseline: "Read", submission: "Send", wait: "Scan" } as const;

export type TaskStep = keyof typeof stepWords;

export const settingTypes = {
  "tencent:ScanSetting": `${dynamic}LocalSetting`,
  "tencent:RegistryScanSetting": `${dynamic}RegistrySetting`,
  "huawei:ScanSetting": `${dynamic}HssSetting`,
} as const;

export const gateType = `${dynamic}ScanGate`;
export const passType = `${dynamic}GatePass`;

/** The type of a step of a task of this kind, such as `pulumi-nodejs:dynamic:LocalScan`. */
export function taskType(token: string, step: TaskStep): string {
  const word = (taskWords as Readonly<Record<string, string>>)[token] ?? token.replace(/\W/g, "_");
  return `${dynamic}${word}${stepWords[step]}`;
}

/** The type of a step of a task, as a resource of the plugin: `image-scan:tencent:LocalScan`. */
export function pluginTaskType(token: string, step: TaskStep): string {
  const [vendor] = token.split(":");
  return `${pluginPackage}:${vendor}:${taskType(token, step).slice(dynamic.length)}`;
}

/** The tokens of all kinds of task. */
export const taskTokens: readonly string[] = Object.keys(taskWords);
/** The names of all steps of a task. */
export const taskSteps = Object.keys(stepWords) as readonly TaskStep[];

/** The type of a setting of this kind. */
export function settingType(token: string): string {
  return (settingTypes as Readonly<Record<string, string>>)[token] ?? `${dynamic}${token.replace(/\W/g, "_")}`;
}

/** The types of the plugin's resources that are not steps, each with the type of the same resource in a program. */
const ofProgram: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(settingTypes).map(([token, type]) => [`${pluginPackage}:${token}`, type])),
  [`${pluginPackage}:index:ScanGate`]: gateType,
  [`${pluginPackage}:index:ScanGatePass`]: passType,
};

/** The type that the same resource has in a TypeScript program; the type itself if it is none of the plugin. */
export function readProgramType(type: string): string {
  return ofProgram[type] ?? type;
}

/** The type of another step of the same task. */
export function changeStep(type: string, step: TaskStep): string {
  return type.replace(/(?:Read|Send|Scan)$/, stepWords[step]);
}

/** The kind of task, and the step, that a type stands for; nothing of anything else. */
export function readTaskType(type: string): { readonly token: string; readonly step: TaskStep } | undefined {
  for (const token of taskTokens) {
    const step = taskSteps.find((one) => [taskType(token, one), pluginTaskType(token, one)].includes(type));
    if (step !== undefined) return { token, step };
  }
  return undefined;
}
