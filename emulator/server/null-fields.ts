/** Fields that hold an identity or a status; all others may be null. */
const keys = new Set([
  ...["TaskID", "LocalTaskID", "RegistryTaskID", "Id", "ImageID", "ImageId", "Status", "SubStatus", "ScanStatus"],
  ...["CveStatus", "VirusStatus", "RiskStatus", "ScanTime", "LastScanTime", "LatestSyncSuccessTime", "TotalCount"],
  ...["InstanceName", "Namespace", "ImageName", "ImageTag", "Enable", "ScanPeriod", "ScanType", "ImageTotal"],
]);

/** The answer with null in every field that is not a key, which real answers may have in spite of the schema. */
export function nullFields(answer: object): object {
  const entries = Object.entries(answer).map(([name, value]) => {
    if (name === "List" && Array.isArray(value)) return [name, value.map((row) => nullFields(row as object))];
    return [name, keys.has(name) ? value : null];
  });
  return Object.fromEntries(entries) as object;
}
