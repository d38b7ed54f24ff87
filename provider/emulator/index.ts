export { type CallEvent, Emulator, type EmulatorAddress, type EmulatorOptions, huaweiUser } from "./emulator.js";
export { type Fault, type FaultKind, faultKinds, faultOf, parseFault } from "./faults.js";
export { isPresetName, type PresetName, presetNames } from "./presets.js";
