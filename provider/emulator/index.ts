export { Emulator, type EmulatorAddress, type EmulatorOptions } from "./emulator.js";
export type { Fault } from "./faults.js";
export { isPresetName, type PresetName, presetNames } from "./presets.js";
