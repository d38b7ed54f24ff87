import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { request } from "undici";
import * as hss from "../../provider/huawei/api/image-scans.js";
import * as local from "../../provider/tencent/api/local-images.js";
import { Account, imageId } from "../support/account.js";
import { aBrowser, barriersIn } from "../support/browser.js";

const parts = { ScanVul: true, ScanVirus: true, ScanRisk: true };
const setting = { Enable: true, ScanTime: "01:00", ScanPeriod: 1, ...parts };
const scan = { Images: [imageId("api")], ScanVul: true, IsOneClickScanningTask: true };

describe("the emulator's page", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  describe("on the server", () => {
    const get = (path: string, headers: Record<string, string> = {}) =>
      request(`${account.emulator.address.url}${path}`, { headers });

    it("answers an unsigned GET, and loads nothing from other hosts", async () => {
      const { statusCode, headers, body } = await get("/");
      assert.equal(statusCode, 200);
      assert.match(String(headers["content-type"]), /^text\/html/);
      assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
      assert.doesNotMatch(await body.text(), /(src|href)="(https?:)?\/\//);
    });

    it("leaves the API at the same address usable", async () => {
      const calls = [
        get("/?Action=DescribeAssetImageScanSetting"),
        get("/", { "x-tc-action": "DescribeAssetImageScanSetting" }),
        get("/", { authorization: "TC3-HMAC-SHA256 x" }),
      ];
      for (const { headers, body } of await Promise.all(calls)) {
        assert.match(String(headers["content-type"]), /json/);
        assert.match(await body.text(), /"Error"/);
      }
    });

    it("may administer the emulator; another web page may not", async () => {
      const own = account.emulator.address.url;
      const { host } = new URL(own);
      const asked = { "x-emulator-admin": "1" };
      const cases: readonly (readonly [expected: number, headers: Record<string, string>])[] = [
        [200, { ...asked, origin: own }],
        [200, asked],
        [403, { origin: own }],
        [403, { ...asked, origin: "http://evil.example" }],
        [403, { ...asked, origin: `https://${host}` }],
        [403, { ...asked, origin: "null" }],
        [403, { ...asked, origin: "http://evil.example:80", host: "evil.example:80" }],
        [403, { ...asked, host: "evil.example" }],
      ];
      for (const [expected, headers] of cases) {
        const { statusCode, body } = await get("/_emulator/overview", headers);
        await body.dump();
        assert.equal(statusCode, expected, JSON.stringify(headers));
      }
    });
  });

  describe("in a browser", () => {
    const browser = aBrowser();
    let page: Page;
    const errors: string[] = [];

    beforeEach(async () => {
      errors.length = 0;
      page = await browser().newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.goto(account.emulator.address.url);
      await page.waitForSelector("#images tr td.number");
    });
    afterEach(() => page.close());

    const textOf = (selector: string) => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`);
    const shows = (selector: string, text: string) =>
      page.waitForFunction(
        `document.querySelector(${JSON.stringify(selector)}).innerText.includes(${JSON.stringify(text)})`,
        { timeout: 10_000 },
      );

    it("shows a scan from its submission to its end, and then its findings", async () => {
      await shows("#tasks", "Nothing was submitted yet.");
      const { TaskID } = (await local.createAssetImageScanTask(account.client(), scan)).response;
      await shows("#tasks", `${TaskID}`);
      account.clock.pass(30_000);
      await shows("#tasks", "running, 50 %");
      assert.equal(await page.evaluate("document.querySelector('#tasks progress').value"), 50);
      account.clock.pass(31_000);
      await shows("#tasks", "Success");
      assert.match(String(await textOf("#tasks")), /1 of 1/);
      const row = await page.evaluate(
        "[...document.querySelectorAll('#images tr')].find((row) => row.innerText.includes('shop/api:2.0.1')).innerText",
      );
      assert.match(String(row), /SCANNED\s+1\s+3\s+8\s+11\s+0\s+0/);
      assert.match(String(await textOf("#facts")), /international.* 1 of 30000/);
    });

    it("shows settings and the last calls, also refused and faulty ones", async () => {
      await local.createAssetImageScanSetting(account.client(), setting);
      await shows("#settings", 'ScanTime: "01:00"');
      await assert.rejects(local.createAssetImageScanTask(account.client(), { ...scan, Images: ["sha256:none"] }));
      await request(account.emulator.address.url, { method: "POST", headers: { "x-tc-action": "Unsigned" } });
      account.emulator.faults.plan({ fault: "status", status: 503 });
      await assert.rejects(hss.createManualImageScanTask(account.huaweiClient(), {}, "registry", {}));
      await shows("#calls", "fault: status");
      const calls = String(await textOf("#calls"));
      assert.match(calls, /CreateAssetImageScanSetting\s+OK/);
      assert.match(calls, /CreateAssetImageScanTask\s+[A-Z]\w+/);
      assert.match(calls, /Unsigned\s+(AuthFailure|MissingParameter)/);
      assert.match(calls, /huawei\s+CreateManualImageScanTask\s+fault: status/);
    });

    it("switches a preset on and off by a button, also with the keyboard", async () => {
      const { presets } = account.emulator;
      const button = '[data-preset="hss-late"]';
      await page.click(button);
      await page.waitForSelector(`${button}[aria-pressed="true"]`);
      assert.deepEqual(presets.list(), { "hss-late": "everywhere" });
      // The page has refreshed meanwhile, and the focus is where it was.
      await page.keyboard.press("Enter");
      await page.waitForSelector(`${button}[aria-pressed="false"]`);
      assert.deepEqual(presets.list(), {});
      presets.addText("registry-partial=8741110");
      await page.waitForSelector('[data-preset="registry-partial"][aria-pressed="true"][title="for 8741110"]');
      await page.click("#end-all");
      await page.waitForSelector('[data-preset="registry-partial"][aria-pressed="false"]');
      assert.deepEqual(presets.list(), {});
    });

    it("plans a fault for the next answers, and explains an invalid one", async () => {
      await page.select('select[name="fault"]', "reset");
      await page.type('input[name="action"]', "CreateAssetImageScanTask");
      await page.click('input[name="executed"]');
      await page.click('button[type="submit"]');
      await shows("#told", "Planned: reset, once, for the next calls of CreateAssetImageScanTask.");
      await assert.rejects(local.createAssetImageScanTask(account.client(), scan), /CreateAssetImageScanTask/);
      assert.equal(account.emulator.tencent.local.tasks.size, 1);
    });

    it("shows all data of requests as plain text", async () => {
      const name = "<img src=x onerror=document.title='broken'>";
      account.emulator.tencent.local.add({ id: "sha256:odd", name });
      await shows("#images", name);
      assert.equal(await page.title(), "Emulated clouds · pulumi-image-scan");
    });

    it("reports a stopped emulator, and continues when it is back", async () => {
      account.emulator.suspend();
      await shows("#connection", "The emulator does not answer");
      await account.emulator.resume();
      await page.waitForFunction("document.querySelector('#connection').innerText === ''", { timeout: 10_000 });
    });

    it("passes the accessibility checks of axe", async function () {
      this.timeout(30_000);
      await local.createAssetImageScanTask(account.client(), scan);
      account.emulator.presets.addText("hss-late");
      await page.waitForSelector("#tasks progress");
      await page.waitForSelector('[aria-pressed="true"]');
      assert.deepEqual(await barriersIn(page), []);
      assert.deepEqual(errors, []);
    });
  });
});
