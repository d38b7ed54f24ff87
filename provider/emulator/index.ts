export { Emulator, type EmulatorAddress, type EmulatorOptions, huaweiUser } from "./emulator.js";
export type { Fault } from "./faults.js";
export { isPresetName, type PresetName, presetNames } from "./presets.js";
