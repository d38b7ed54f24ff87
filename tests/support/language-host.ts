import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/language_pb.js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";

// A language host for programs in JavaScript. The tests can build an old version of Pulumi's own host. It stands between the
// program and the engine, and hides newer features of the engine, such as hooks. This host gives the program the engine's
// address instead.

type Answered<Answer> = (error: null, answer: Answer) => void;

/** The exit code of a program whose error the SDK has already shown. */
const exitAfterMessage = 32;

async function run(request: messages.RunRequest): Promise<messages.RunResponse> {
  const options = {
    monitor: request.getMonitorAddress(),
    engine: process.argv.find((word) => /^[^-].*:\d+$/.test(word)) ?? "",
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
    "query-mode": "false",
  };
  const named = Object.entries(options).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value]));
  const runner = require.resolve("@pulumi/pulumi/cmd/run", { paths: [request.getPwd()] });
  const args = [runner, ...named, ...(request.getDryrun() ? ["--dry-run"] : []), request.getProgram() || "."];
  const config = Object.fromEntries(request.getConfigMap().toObject());
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  const program = spawn(process.execPath, args, { cwd: request.getPwd(), env, stdio: "inherit" });
  const [code] = (await once(program, "exit")) as [number | null];
  const answer = new messages.RunResponse();
  if (code === exitAfterMessage) answer.setBail(true);
  else if (code !== 0) answer.setError(`the program ended with ${code}`);
  return answer;
}

function main(): void {
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService as unknown as grpc.ServiceDefinition, {
    getPluginInfo: (_: unknown, done: Answered<PluginInfo>) => done(null, new PluginInfo().setVersion("0.0.1")),
    getRequiredPlugins: (_: unknown, done: Answered<messages.GetRequiredPluginsResponse>) =>
      done(null, new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: (_: unknown, done: Answered<messages.GetRequiredPackagesResponse>) =>
      done(null, new messages.GetRequiredPackagesResponse()),
    run: ({ request }: { readonly request: messages.RunRequest }, done: Answered<messages.RunResponse>) =>
      void run(request).then((answer) => done(null, answer)),
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** The host, as a script for a folder on PATH. */
export const languageHost = `#!/bin/sh\nexec "${process.execPath}" "${resolve(__filename)}" "$@"\n`;

if (require.main === module) main();
