import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { tencentActions } from "../../emulator/tencent/tencent.js";
import type { HuaweiCall } from "../../provider/huawei/api/client.js";
import { type Mapping, mappings, outputs } from "../fixtures/field-map.js";
import { type VendorPage, vendorPages } from "../fixtures/vendor-pages.js";

type Wire = Readonly<Record<string, unknown>>;

/** A client that sends nothing, and keeps what it would have sent, whole: path, query, headers and body as one. */
class KeepingClient {
  /** The domestic site knows more fields. */
  readonly site = "cn";
  sent: Wire = {};

  resolvePlace = async (place: Wire) => place;

  call = async (...args: readonly unknown[]) => {
    const [first, , request] = args;
    if (typeof first === "string") this.sent = request as Wire;
    else {
      const { place, query, body } = first as HuaweiCall<unknown>;
      const { projectId, enterpriseProjectId, region } = place;
      this.sent = { project_id: projectId, enterprise_project_id: enterpriseProjectId, region, ...query, ...body };
    }
    return { response: { TaskID: "1", LocalTaskID: 1, RegistryTaskID: 2 }, requestId: "", serverTime: 0 };
  };
}

/** What goes out for these properties. */
export async function wireOf({ kind }: Mapping, properties: Wire): Promise<Wire> {
  const client = new KeepingClient();
  if ("sent" in kind) {
    const driver = kind.driver(client as never);
    await driver.submit(properties as never, await driver.baseline(properties as never));
  } else await kind.driver(client as never, properties as never).write(properties as never);
  return client.sent;
}

/** The fields that an action takes, by the emulator, which is written from the documents. */
export function fieldsOf(action: string): string[] {
  const tencent = tencentActions[action];
  if (tencent !== undefined) return Object.keys({ ...tencent.fields, ...tencent.domestic });
  const { query, body = {} } = huaweiOperations[action] ?? { query: {} };
  return Object.keys({ ...query, ...body });
}

export function pageOf(action: string): VendorPage | undefined {
  return (vendorPages as Readonly<Record<string, VendorPage>>)[action];
}

/** The text of docs/api.md. */
export function apiTables(): string {
  const sections = mappings.map((mapping) => {
    const { action, resource, samples, unset = {} } = mapping;
    const page = pageOf(action);
    const fields = [...new Set([...(page?.input ?? []), ...fieldsOf(action), ...Object.keys(unset)])];
    const rows = fields.map((field) => row(field, samples, unset[field]));
    const told = Object.entries(outputs[action] ?? {}).map(([field, where]) => `| \`${field}\` (answer) | ${where} |`);
    return section(`${action} → \`${resource}\``, page, [...rows, ...told]);
  });
  const status = Object.entries(outputs["DescribeAssetImageScanStatus"] ?? {});
  const statusRows = [
    "| `TaskID` | output `taskId` of `tencent.LocalScanTask`, or its `adoptTaskId` |",
    ...status.map(([field, where]) => `| \`${field}\` (answer) | ${where} |`),
  ];
  const last = section(
    "DescribeAssetImageScanStatus → `tencent.LocalScanTask`",
    pageOf("DescribeAssetImageScanStatus"),
    statusRows,
  );
  return `${intro}\n\n${[...sections, last].join("\n\n")}\n`;
}

const intro = `# From the API to the resources

Field by field, for each action that starts or schedules a scan. This page is written by a test
(\`UPDATE_DOCS=1 npm test -- --grep docs/api\`), which also sends each property and looks where it goes out.

The common parameters of the pages (\`Action\`, \`Version\`, \`Region\`, and \`RequestId\` in answers) are the client's
business; a request id stands in every error. \`.N\` of the pages is a list.`;

function row(field: string, samples: Mapping["samples"], why: string | undefined): string {
  const found = Object.entries(samples).find(([, [name]]) => name === field);
  if (found === undefined) return `| \`${field}\` | ${why ?? ""} |`;
  const [property, [, value]] = found;
  return `| \`${field}\` | \`${property}\`${membersOf(property, value)} |`;
}

function membersOf(property: string, value: unknown): string {
  const one = Array.isArray(value) ? (value[0] as unknown) : value;
  if (typeof one !== "object" || one === null) return "";
  const names = Object.keys(one).map((name) => `\`${name}\``);
  return property === "filters" ? ": `name`, `values`, `exactMatch`" : `: ${names.join(", ")}`;
}

function section(title: string, page: VendorPage | undefined, rows: readonly string[]): string {
  const source = page?.url === undefined ? "" : `\n<${page.url}>\n`;
  return [`## ${title}`, source, "| field of the API | at the resource |", "| --- | --- |", ...rows].join("\n");
}
