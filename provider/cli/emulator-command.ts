import { parseArgs } from "node:util";
import {
  Emulator,
  type EmulatorAddress,
  faultKinds,
  huaweiUser,
  parseFault,
  presetNames,
} from "../../emulator/index.js";
import { isLoopback } from "../transport/nearby.js";
import type { Command } from "./command.js";

const usage = `Usage: pulumi-image-scan emulator [--port N] [--host ADDRESS] [--scan-seconds N] [--site intl|cn] [--skew-seconds N]
       [--preset NAME[=IMAGE]]... [--fault KIND[:ACTION][,NAME=VALUE]...]...

Serves the scan APIs of both clouds on this machine until SIGTERM or Ctrl-C. The first line of its output is JSON:
its address, and the credentials that it accepts. IAM also knows a user: name ${huaweiUser.userName}, password
${huaweiUser.password}, domain ${huaweiUser.domainName}.

  --port N           port to listen on; 0 takes a free one (default 7420)
  --host ADDRESS     address to listen on (default 127.0.0.1)
  --scan-seconds N   how long a scan takes (default 10)
  --site SITE        version of Tencent Cloud's API: intl (default) or cn
  --skew-seconds N   how far its clock is ahead, or behind where negative (default 0)
  --preset NAME[=IMAGE]
                     a situation to rehearse, everywhere or for one image (its id, or namespace/name:tag);
                     may be given several times:
${Object.entries(presetNames)
  .map(([name, meaning]) => `    ${name.padEnd(26)} ${meaning}`)
  .join("\n")}
  --fault KIND[:ACTION][,NAME=VALUE]...
                     something that goes wrong with an answer, of one action or of any; may be given several
                     times. Names: times (default 1), after (calls that pass before), ms (default 1000),
                     executed=true (the call is executed all the same), code, status. Kinds:
${Object.entries(faultKinds)
  .map(([name, meaning]) => `    ${name.padEnd(26)} ${meaning}`)
  .join("\n")}`;

function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new Error(`--${name} ${text}: not a number`);
  return value;
}

function parseWholeNumber(name: string, text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: not a whole number`);
  return Number(text);
}

/** What a person needs to use it. Programs read the line of JSON. */
function forReaders({ url, tencent, huawei }: EmulatorAddress): string {
  return `
To use it, in another terminal:
  export TENCENTCLOUD_SECRET_ID=${tencent.secretId}
  export TENCENTCLOUD_SECRET_KEY=${tencent.secretKey}
  export HUAWEICLOUD_SDK_AK=${huawei.accessKey}
  export HUAWEICLOUD_SDK_SK=${huawei.secretKey}
  export HUAWEICLOUD_SDK_PROJECT_ID=${huawei.projectId}
and in the folder of your program:
  pulumi config set tencentcloud:endpoint ${tencent.endpoint}
  pulumi config set huaweicloud:endpoint ${huawei.endpoint}
${url}/ in a browser shows its images, scans and calls. Ctrl-C ends it.`;
}

/** What does not work with an address that others can reach. */
function explainReach(host: string, { url }: EmulatorAddress): string | undefined {
  const rule = "The resources use plain http for 127.0.0.1, ::1 and localhost only";
  const { hostname } = new URL(url);
  if (!isLoopback(new URL(url)))
    return `${rule}, and so not for ${url}. Start the emulator with --host 0.0.0.0 instead.`;
  if (hostname === host || hostname === `[${host}]`) return undefined;
  return `${rule}. A program in another container must share the network of the emulator (docker run --network container:NAME, or one pod), and use ${url}.`;
}

function parseSite(text: string): "intl" | "cn" {
  if (text !== "intl" && text !== "cn") throw new Error(`--site ${text}: neither intl nor cn`);
  return text;
}

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "7420" },
      host: { type: "string", default: "127.0.0.1" },
      "scan-seconds": { type: "string", default: "10" },
      site: { type: "string", default: "intl" },
      "skew-seconds": { type: "string", default: "0" },
      preset: { type: "string", multiple: true, default: [] },
      fault: { type: "string", multiple: true, default: [] },
    },
  });
  const options = { port: parseNumber("port", values.port), host: values.host };
  const scanSeconds = parseNumber("scan-seconds", values["scan-seconds"]);
  const emulator = new Emulator({ scanSeconds, site: parseSite(values.site) });
  emulator.skewMs = 1000 * parseWholeNumber("skew-seconds", values["skew-seconds"]);
  for (const preset of values.preset) emulator.presets.addText(preset);
  for (const fault of values.fault) emulator.faults.plan(parseFault(fault));
  const address = await emulator.listen(options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(
      `port ${options.port} is in use, perhaps by another emulator; take another one with --port, or --port 0`,
    );
  });
  // npx and npm do not pass a signal on, so who wants to end it needs to know whom to send it to.
  process.stdout.write(`${JSON.stringify({ ...address, pid: process.pid })}\n`);
  if (process.stdout.isTTY) process.stderr.write(`${forReaders(address)}\n`);
  const reach = explainReach(values.host, address);
  if (reach !== undefined) process.stderr.write(`${reach}\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
  return 0;
}

export const command: Command = { usage, run };
