export { type CallEvent, Emulator, type EmulatorAddress, type EmulatorOptions, huaweiUser } from "./server/emulator.js";
export { type Fault, type FaultKind, faultKinds, parseFault, readFault } from "./server/faults.js";
export { isPresetName, type PresetName, presetNames } from "./server/presets.js";
