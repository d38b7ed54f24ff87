/** Fields that identify something or say how it is; all others may be null. */
const keys = new Set([
  ...["TaskID", "LocalTaskID", "RegistryTaskID", "Id", "ImageID", "ImageId", "Status", "SubStatus", "ScanStatus"],
  ...["CveStatus", "VirusStatus", "RiskStatus", "ScanTime", "LastScanTime", "LatestSyncSuccessTime", "TotalCount"],
  ...["InstanceName", "Namespace", "ImageName", "ImageTag", "Enable", "ScanPeriod", "ScanType", "ImageTotal"],
]);

/** The answer as it may come, whatever the schema says: with null in every field that is not a key. */
export function nulled(answer: object): object {
  const entries = Object.entries(answer).map(([name, value]) => {
    if (name === "List" && Array.isArray(value)) return [name, value.map((row) => nulled(row as object))];
    return [name, keys.has(name) ? value : null];
  });
  return Object.fromEntries(entries) as object;
}
