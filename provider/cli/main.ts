#!/usr/bin/env node
import "../transport/node-version.js";

import { parseArgs } from "node:util";
import {
  Emulator,
  type EmulatorAddress,
  faultKinds,
  huaweiUser,
  parseFault,
  presetNames,
} from "../../emulator/index.js";
import { gateCommand, gateUsage } from "./gate-command.js";
import { reportCommand, reportUsage } from "./report-command.js";

const usage = `Usage: pulumi-image-scan emulator [--port N] [--host ADDRESS] [--scan-seconds N] [--site intl|cn] [--skew-seconds N]
       [--preset NAME[=IMAGE]]... [--fault KIND[:ACTION][,NAME=VALUE]...]...

Emulates the clouds' scan APIs until SIGTERM or Ctrl-C. The first line of its output is JSON:
its address, and the credentials that it accepts. IAM also has a user: name ${huaweiUser.userName}, password
${huaweiUser.password}, domain ${huaweiUser.domainName}.

  --port N           port to listen on; 0 takes a free one (default 7420)
  --host ADDRESS     address to listen on (default 127.0.0.1)
  --scan-seconds N   how long a scan takes (default 10)
  --site SITE        version of Tencent Cloud's API: intl (default) or cn
  --skew-seconds N   seconds that its clock is ahead; negative means behind (default 0)
  --preset NAME[=IMAGE]
                     a situation to rehearse, everywhere or for one image (its id, or namespace/name:tag);
                     may be given several times:
${Object.entries(presetNames)
  .map(([name, meaning]) => `    ${name.padEnd(26)} ${meaning}`)
  .join("\n")}
  --fault KIND[:ACTION][,NAME=VALUE]...
                     a fault in an answer, of one action or of any; may be given several
                     times. Names: times (default 1), after (calls without the fault before it), ms (default 1000),
                     executed=true (the call is still executed), code, status. Kinds:
${Object.entries(faultKinds)
  .map(([name, meaning]) => `    ${name.padEnd(26)} ${meaning}`)
  .join("\n")}

${gateUsage}

${reportUsage}`;

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new Error(`--${name} ${text}: not a number`);
  return value;
}

function wholeOf(name: string, text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new Error(`--${name} ${text}: not a whole number`);
  return Number(text);
}

/** For people. Programs read the line of JSON. */
function forReaders({ url, tencent, huawei }: EmulatorAddress): string {
  return `
To use it: pulumi config set tencentcloud:endpoint ${tencent.endpoint}
  export TENCENTCLOUD_SECRET_ID=${tencent.secretId}
  export TENCENTCLOUD_SECRET_KEY=${tencent.secretKey}
and        pulumi config set huaweicloud:endpoint ${huawei.endpoint}
  export HUAWEICLOUD_SDK_AK=${huawei.accessKey}
  export HUAWEICLOUD_SDK_SK=${huawei.secretKey}
  export HUAWEICLOUD_SDK_PROJECT_ID=${huawei.projectId}
${url}/ in a browser shows its images, tasks and calls. Ctrl-C ends it.`;
}

function siteOf(text: string): "intl" | "cn" {
  if (text !== "intl" && text !== "cn") throw new Error(`--site ${text}: neither intl nor cn`);
  return text;
}

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  const other = { gate: gateCommand, report: reportCommand }[command ?? ""];
  if (other !== undefined) {
    process.exitCode = await other(rest);
    return;
  }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string", default: "7420" },
      host: { type: "string", default: "127.0.0.1" },
      "scan-seconds": { type: "string", default: "10" },
      site: { type: "string", default: "intl" },
      "skew-seconds": { type: "string", default: "0" },
      preset: { type: "string", multiple: true, default: [] },
      fault: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return console.log(usage);
  if (positionals.length !== 1 || positionals[0] !== "emulator") throw new Error(usage);
  const options = { port: numberOf("port", values.port), host: values.host };
  const scanSeconds = numberOf("scan-seconds", values["scan-seconds"]);
  const emulator = new Emulator({ scanSeconds, site: siteOf(values.site) });
  emulator.skewMs = 1000 * wholeOf("skew-seconds", values["skew-seconds"]);
  for (const preset of values.preset) emulator.presets.addText(preset);
  for (const fault of values.fault) emulator.faults.plan(parseFault(fault));
  const address = await emulator.listen(options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(
      `port ${options.port} is in use, perhaps by another emulator; choose another port with --port, or --port 0 for a free one`,
    );
  });
  // npx and npm do not forward signals, so a user needs the pid to end the emulator.
  console.log(JSON.stringify({ ...address, pid: process.pid }));
  if (process.stdout.isTTY) console.error(forReaders(address));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
