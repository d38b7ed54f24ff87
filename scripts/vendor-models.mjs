// Extracts facts from the vendors' published models about the calls that the emulator serves: names and types of fields,
// required fields of a request (`!`), and fields that an answer always has (`!`). Tests compare the emulator with them.
// Needs Python with pip, and a built checkout: `npm run build && npm run models`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { huaweiOperations } from "../dist/emulator/huawei/operations.js";
import { stsActions } from "../dist/emulator/tencent/sts.js";
import { tencentActions } from "../dist/emulator/tencent/tencent.js";

const folder = mkdtempSync(join(tmpdir(), "vendor-models-"));
const target = join(import.meta.dirname, "..", "tests", "fixtures", "models");

function python(...args) {
  execFileSync("python3", ["-m", ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** The newest version of a package, unpacked. */
function download(name) {
  const into = join(folder, name);
  python("pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", into, name);
  const [file] = readdirSync(into);
  python("zipfile", "-e", join(into, file), into);
  return { at: into, source: { package: name, version: file.split("-")[1] } };
}

function write(name, source, calls) {
  writeFileSync(join(target, `${name}.json`), `${JSON.stringify({ source, calls }, null, 1)}\n`);
}

/** Tencent Cloud's command-line tool contains the models as JSON, with more facts than the classes of the SDKs. */
function tencentFields(model, structure, isNeeded) {
  const entries = (model.objects[structure].members ?? []).map((member) => {
    const isStructure = Object.hasOwn(model.objects, member.member);
    const type = isStructure
      ? tencentFields(model, member.member, isNeeded)
      : member.member.replace(/^date.*/, "string");
    return [isNeeded(member) ? `${member.name}!` : member.name, member.type === "list" ? [type] : type];
  });
  return Object.fromEntries(entries);
}

function tencentCalls(at, service, names) {
  const text = readFileSync(join(at, "tccli", "services", ...service, "api.json"), "utf8");
  const model = JSON.parse(text);
  const calls = names.sort().map((name) => {
    const { input, output } = model.actions[name];
    const { RequestId: _, ...answer } = tencentFields(
      model,
      output,
      (field) => field.output_required === true && field.value_allowed_null !== true,
    );
    return [name, { request: tencentFields(model, input, (field) => field.required === true), answer }];
  });
  return Object.fromEntries(calls);
}

/** The classes of the Python SDK; it sets a required field without a test for None. */
function huaweiFields(classes, name) {
  const text = classes.get(name);
  const pairs = (table) => [...new RegExp(`${table} = \\{(.*?)\\}`, "s").exec(text)[1].matchAll(/'(\w+)': '([^']+)'/g)];
  const types = new Map(pairs("openapi_types").map(([, field, type]) => [field, type]));
  const entries = pairs("attribute_map").map(([, field, wire]) => {
    const [, listed] = /^list\[(.*)\]$/.exec(types.get(field)) ?? [];
    const single = listed ?? types.get(field);
    const type = classes.has(single) ? huaweiFields(classes, single) : single;
    const isNeeded = !text.includes(`if ${field} is not None:`);
    return [isNeeded ? `${wire}!` : wire, listed === undefined ? type : [type]];
  });
  return Object.fromEntries(entries);
}

function huaweiCalls(at, names) {
  const root = join(at, "huaweicloudsdkhss", "v5");
  const texts = readdirSync(join(root, "model")).map((file) => readFileSync(join(root, "model", file), "utf8"));
  const classes = new Map(texts.map((text) => [/^class (\w+)/m.exec(text)?.[1] ?? "", text]));
  const client = readFileSync(join(root, "hss_client.py"), "utf8");
  const calls = names.sort().map((name) => {
    const snake = name.replace(/(?<=[a-z0-9])[A-Z]/g, "_$&").toLowerCase();
    const [text] = new RegExp(`def _${snake}_http_info\\(.*?return http_info`, "s").exec(client);
    const all = huaweiFields(classes, `${name}Request`);
    const placed = (place) => {
      const named = [...text.matchAll(new RegExp(`${place}(?:\\[|\\.append\\(\\()'(\\w+)'`, "g"))].map(
        ([, one]) => one,
      );
      return Object.fromEntries(Object.entries(all).filter(([field]) => named.includes(field.replace("!", ""))));
    };
    const request = { query: placed("query_params"), header: placed("header_params"), body: all.body ?? {} };
    const [, method] = /"method": "(\w+)"/.exec(text);
    const [, path] = /"resource_path": "([^"]+)"/.exec(text);
    return [name, { method, path, request, answer: huaweiFields(classes, `${name}Response`) }];
  });
  return Object.fromEntries(calls);
}

try {
  for (const [site, name] of [
    ["cn", "tccli"],
    ["intl", "tccli-intl-en"],
  ]) {
    const { at, source } = download(name);
    write(`tencent-${site}`, source, {
      ...tencentCalls(at, ["tcss", "v20201101"], Object.keys(tencentActions)),
      ...tencentCalls(at, ["sts", "v20180813"], Object.keys(stsActions)),
    });
  }
  const { at, source } = download("huaweicloudsdkhss");
  write("huawei", source, huaweiCalls(at, Object.keys(huaweiOperations)));
} finally {
  rmSync(folder, { recursive: true });
}
