import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import type { HcClient } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import { Logger4jInstance } from "@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js";
import { HuaweiAuth } from "../../emulator/huawei/auth.js";
import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { type ReceivedRequest, readHeader } from "../../emulator/server/http.js";
import { HuaweiClient } from "../../provider/huawei/api/client.js";
import * as hss from "../../provider/huawei/api/image-scans.js";
import * as images from "../../provider/huawei/api/images.js";
import * as registries from "../../provider/huawei/api/registries.js";
import { Limiter } from "../../provider/transport/limiter.js";
import { Account } from "../support/account.js";
import { recorded } from "../support/recorder.js";

// Every operation, by the vendor's own client, unchanged: against the emulator, and beside our client.

interface Sample {
  readonly query?: Record<string, string | number>;
  readonly body?: object;
  readonly region?: string;
  readonly path?: Record<string, string>;
  readonly ours?: (client: HuaweiClient) => Promise<unknown>;
  /** The code with which a fresh account refuses it. */
  readonly refused?: string;
  readonly fields?: readonly string[];
}

const image = {
  id: 42,
  image_digest: `sha256:${"42".padStart(64, "1")}`,
  namespace: "demo",
  image_name: "nginx",
  image_version: "1.27",
  registry_id: "registry-1",
  registry_name: "SWR",
  registry_type: "SwrPrivate",
};
const scan = { scan_scope: 0x7fffffff, rate_limit: 0, is_all: false, image_info: [image] };
const policy = {
  enabled: true,
  scan_cycle: 7,
  scan_scope: 0xf0000,
  rate_limit: 0,
  time_scope: 0,
  registry_info: [{ registry_id: "registry-1", registry_name: "SWR", registry_type: "SwrPrivate" }],
};
const every = { enterpriseProjectId: "all_granted_eps" };
const everyQuery = { enterprise_project_id: "all_granted_eps" };
const name = { namespace: "demo", imageName: "a b/c+*~", imageVersion: "1.27" };

const inImage = { namespace: "demo", image_name: "nginx" };
const foundIn = {
  imageId: `sha256:${"42".padStart(64, "0")}`,
  imageType: "private_image",
  namespace: "demo",
  imageName: "nginx",
  imageVersion: "1.27",
};

const samples: Readonly<Record<string, Sample>> = {
  CreateManualImageScanTask: {
    query: { ...everyQuery, global_image_type: "registry" },
    body: scan,
    region: "cn-north-4",
    ours: (client) => hss.createManualImageScanTask(client, { ...every, region: "cn-north-4" }, "registry", scan),
  },
  ListImageScanTask: {
    query: {
      ...everyQuery,
      type: "image_scan",
      global_image_type: "local",
      task_type: "manual",
      offset: 0,
      limit: 200,
    },
    ours: (client) => hss.listImageScanTask(client, every, { type: "local" }),
    fields: ["total_num", "data_list"],
  },
  StopImageScanTask: {
    path: { id: "task-1" },
    query: everyQuery,
    ours: (client) => hss.stopImageScanTask(client, every, "task-1"),
    refused: "HSS.0011",
  },
  ListImageScanPolicy: {
    query: { global_image_type: "registry", type: "cycle" },
    ours: (client) => hss.listImageScanPolicy(client, {}),
    fields: ["enabled", "scan_cycle", "registry_list"],
  },
  ModifyImageScanPolicy: { body: policy, ours: (client) => hss.modifyImageScanPolicy(client, {}, policy) },
  ListRegistryImages: {
    query: { namespace: "demo", image_name: "a b/c+*~", image_version: "1.27", offset: 0, limit: 200 },
    ours: (client) => images.listRegistryImages(client, {}, name),
    fields: ["total_num", "data_list"],
  },
  ListImageLocal: {
    query: { image_name: "a b/c+*~", image_version: "1.27", offset: 0, limit: 200 },
    ours: (client) => images.listImageLocal(client, {}, name),
    fields: ["total_num", "data_list"],
  },
  ListImageVulnerabilities: {
    path: { id: foundIn.imageId },
    query: { offset: 0, limit: 200, image_type: "private_image", ...inImage, tag_name: "1.27" },
    ours: (client) => images.listImageVulnerabilities(client, {}, { image: foundIn, offset: 0 }),
    fields: ["total_num", "data_list"],
  },
  ListImageSensitive: {
    path: { id: foundIn.imageId },
    query: { limit: 10, offset: 0, image_type: "private_image", ...inImage, image_version: "1.27" },
    ours: (client) => images.listImageSensitive(client, {}, foundIn),
    fields: ["total_num", "data_list"],
  },
  ListRegistry: {
    query: { offset: 0, limit: 200 },
    ours: (client) => registries.listRegistry(client, {}),
    fields: ["total_num", "data_list"],
  },
  ShowImagePayPerScanStatistics: {
    ours: (client) => registries.showImagePayPerScanStatistics(client, {}),
    fields: ["repository_scan_num"],
  },
};

const project = "0123456789abcdef0123456789abcdef";
const keys = { accessKey: "AKTEST", secretKey: "SKTEST" };

function official(endpoint: string, ak: string, sk: string): HcClient {
  return new ClientBuilder((client) => client)
    .withEndpoint(endpoint.replace(/\/$/, ""))
    .withCredential(new BasicCredentials().withAk(ak).withSk(sk).withProjectId(project))
    .build();
}

function call(client: HcClient, operation: string, sample: Sample): Promise<unknown> {
  const { method, path } = huaweiOperations[operation] as { method: string; path: string };
  return client.sendRequest({
    method,
    url: `/v5/{project_id}${path.replace("*", "{id}")}`,
    contentType: "application/json",
    queryParams: sample.query ?? {},
    pathParams: { project_id: project, ...sample.path },
    headers: sample.region === undefined ? {} : { region: sample.region },
    ...(sample.body === undefined ? {} : { data: sample.body as Record<string, unknown> }),
  });
}

function parts(request: ReceivedRequest, sample: Sample) {
  const query = [...new URLSearchParams(request.query.replaceAll("+", "%2B"))].sort();
  const body = sample.body === undefined ? undefined : (JSON.parse(request.body.toString()) as unknown);
  const headers = ["region", "x-project-id"].map((header) => readHeader(request, header));
  return { method: request.method, path: request.path, query, body, headers };
}

describe("each operation of HSS", () => {
  let account: Account;
  const home = process.env["HOME"];
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-image-scan-home-"));
  before(() => {
    // The vendor's client writes a file there.
    process.env["HOME"] = scratch;
    // And prints each request that fails, its headers included.
    Logger4jInstance.level = "off";
  });
  after(() => {
    process.env["HOME"] = home;
    rmSync(scratch, { recursive: true });
  });
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
  });
  afterEach(() => account.close());

  it("has a test here", () => {
    assert.deepEqual(Object.keys(samples).sort(), Object.keys(huaweiOperations).sort());
  });

  for (const [operation, sample] of Object.entries(samples)) {
    it(`${operation}: the emulator understands the vendor's client`, async () => {
      const { endpoint, accessKey, secretKey } = account.emulator.address.huawei;
      const answer = call(official(endpoint, accessKey, secretKey), operation, sample);
      if (sample.refused !== undefined) return assert.rejects(answer, { errorCode: sample.refused });
      for (const field of sample.fields ?? []) assert(field in ((await answer) as object), field);
      assert.equal(((await answer) as { httpStatusCode: number }).httpStatusCode, 200);
    });

    const { ours } = sample;
    if (ours === undefined) continue;
    it(`${operation}: our client sends the same request as the vendor's client`, async () => {
      const theirs = await recorded('{"total_num":0}', (url) =>
        call(official(url.href, "AKTEST", "SKTEST"), operation, sample),
      );
      const mine = await recorded('{"total_num":0}', (endpoint) => {
        const auth = { by: "keys", ...keys } as const;
        return ours(new HuaweiClient({ endpoint, iamEndpoint: endpoint, projectId: project, auth }, new Limiter()));
      });
      const verifier = new HuaweiAuth({ ...keys, userName: "", password: "", domainName: "" });
      for (const one of [theirs, mine]) verifier.verify(one, Date.now());
      assert.deepEqual(parts(mine, sample), parts(theirs, sample));
    });
  }

  it("the gateway refuses a wrong key, a late date and an unknown operation", async () => {
    const { endpoint, accessKey } = account.emulator.address.huawei;
    const wrong = call(official(endpoint, accessKey, "wrong"), "ListRegistry", {});
    await assert.rejects(wrong, { errorCode: "APIGW.0301", httpStatusCode: 401 });
    account.emulator.skewMs = 16 * 60_000;
    const { secretKey } = account.emulator.address.huawei;
    await assert.rejects(call(official(endpoint, accessKey, secretKey), "ListRegistry", {}), {
      errorCode: "APIGW.0301",
    });
    const response = await fetch(`${endpoint}/v5/${project}/image/no-such-thing`);
    assert.deepEqual(
      [response.status, ((await response.json()) as { error_code: string }).error_code],
      [404, "APIGW.0101"],
    );
  });

  it("HSS refuses parameters outside the documented ranges", async () => {
    const { endpoint, accessKey, secretKey } = account.emulator.address.huawei;
    const client = official(endpoint, accessKey, secretKey);
    const list = samples["ListImageScanTask"] as Sample;
    for (const query of [{ limit: 9 }, { limit: 201 }, { type: "nothing" }, { task_status: "running" }]) {
      const wrong = call(client, "ListImageScanTask", { query: { ...list.query, ...query } as Record<string, string> });
      await assert.rejects(wrong, { errorCode: "HSS.0001" }, JSON.stringify(query));
    }
    for (const body of [{ rate_limit: 1001 }, { scan_scope: "0x7fffffff" }, { is_all: false }, { scan_range: 1 }]) {
      await assert.rejects(call(client, "CreateManualImageScanTask", { body }), { errorCode: "HSS.0001" });
    }
  });
});
