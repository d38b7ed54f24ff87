import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { request } from "undici";
import { presetNames } from "../../emulator/index.js";
import * as hss from "../../provider/huawei/api/image-scans.js";
import * as local from "../../provider/tencent/api/local-images.js";
import { Account, imageId } from "../support/account.js";
import { aBrowser, barriersIn, findMisfits } from "../support/browser.js";

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
      await page.waitForSelector("#images .title");
    });
    afterEach(() => page.close());

    const textOf = (selector: string) => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`);
    const shows = (selector: string, text: string) =>
      page.waitForFunction(
        `document.querySelector(${JSON.stringify(selector)}).innerText.includes(${JSON.stringify(text)})`,
        { timeout: 10_000 },
      );

    it("shows a scan from its submission to its end, and then its findings", async () => {
      await shows("#tasks", "No scan was submitted yet.");
      const { TaskID } = (await local.createAssetImageScanTask(account.client(), scan)).response;
      await shows("#tasks", `${TaskID}`);
      await shows("#tasks", "shop/api:2.0.1");
      account.clock.pass(30_000);
      await shows("#tasks", "running, 50 %");
      await shows("#tasks", "30 s left");
      assert.equal(await page.evaluate("document.querySelector('#tasks progress').value"), 50);
      account.clock.pass(31_000);
      await shows("#tasks", "succeeded");
      assert.match(String(await textOf("#tasks")), /1 of 1 scanned/);
      const row = await page.evaluate(
        "[...document.querySelectorAll('#images tr')].find((row) => row.innerText.includes('shop/api:2.0.1')).innerText",
      );
      assert.match(String(row), /SCANNED\s+1\s+3\s+8\s+11\s+0\s+0/);
      assert.match(String(await textOf("#facts")), /international.* 1 of 30000/);
    });

    it("shows settings and the last calls, also refused and faulty ones", async () => {
      await local.createAssetImageScanSetting(account.client(), setting);
      await shows("#settings", "ScanTime\n01:00");
      await assert.rejects(local.createAssetImageScanTask(account.client(), { ...scan, Images: ["sha256:none"] }));
      await request(account.emulator.address.url, { method: "POST", headers: { "x-tc-action": "Unsigned" } });
      account.emulator.faults.plan({ fault: "status", status: 503 });
      await assert.rejects(hss.createManualImageScanTask(account.huaweiClient(), {}, "registry", {}));
      await shows("#calls", "fault: status");
      const calls = String(await textOf("#calls"));
      assert.match(calls, /CreateAssetImageScanSetting\s+Tencent Cloud\s.*\s+OK/);
      assert.match(calls, /CreateAssetImageScanTask\s+Tencent Cloud\s.*\s+ResourceNotFound/);
      assert.match(calls, /Unsigned\s+Tencent Cloud\s.*\s+(AuthFailure|MissingParameter)/);
      assert.match(calls, /CreateManualImageScanTask\s+Huawei Cloud\s.*\s+fault: status/);
    });

    it("shows that a canceled scan is not finished: with its own word, class and bar", async () => {
      const images = [imageId("api"), imageId("web")];
      account.emulator.presets.addText("local-cancelled");
      await local.createAssetImageScanTask(account.client(), { ...scan, Images: images });
      account.clock.pass(61_000);
      account.emulator.presets.clear();
      await local.createAssetImageScanTask(account.client(), { ...scan, Images: images });
      account.clock.pass(61_000);
      await shows("#tasks", "succeeded");
      const tasks = await page.evaluate(
        "[...document.querySelectorAll('#tasks tr')].map((row) => [row.querySelector('.badge').className, row.querySelector('.badge').innerText, row.querySelector('progress').value, row.cells[1].innerText])",
      );
      assert.deepEqual(tasks, [
        ["badge good", "succeeded", 100, "shop/api:2.0.1\nshop/web:1.4.2"],
        ["badge canceled", "canceled", 50, "shop/api:2.0.1\nshop/web:1.4.2"],
      ]);
    });

    it("finds a situation in its menu by a filter, and switches it on and off by the keyboard alone", async () => {
      const { presets } = account.emulator;
      await page.focus('nav [popovertarget="situations"]');
      await page.keyboard.press("Enter");
      await page.keyboard.type("LISTED 8 s");
      await shows("#matches", `1 of ${Object.keys(presetNames).length} situations`);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      const button = '[data-preset="hss-late"]';
      await page.waitForSelector(`${button}[aria-pressed="true"]`);
      assert.deepEqual(presets.list(), { "hss-late": "everywhere" });
      // The page has refreshed meanwhile, and the focus is where it was.
      await page.keyboard.press("Enter");
      await page.waitForSelector(`${button}[aria-pressed="false"]`);
      assert.deepEqual(presets.list(), {});
      await page.keyboard.press("Escape");
      assert.equal(await page.evaluate("document.querySelector('#situations').matches(':popover-open')"), false);
      assert.equal(await page.evaluate("document.activeElement.getAttribute('popovertarget')"), "situations");
    });

    it("shows what is in force while the menus are closed, and ends it there", async () => {
      const { presets, faults } = account.emulator;
      presets.addText("registry-partial=8741110");
      faults.plan({ fault: "reset", action: "CreateVulScanTask", times: 2 });
      await shows("#chips", "reset for the next 2 calls of CreateVulScanTask");
      await page.click('[aria-label="End registry-partial for 8741110"]');
      await page.waitForFunction("!document.querySelector('#chips').innerText.includes('registry-partial')");
      assert.deepEqual(presets.list(), {});
      presets.addText("hss-late");
      faults.clear();
      await shows("#chips", "hss-late");
      await page.click('nav [popovertarget="situations"]');
      await page.click("#end-all");
      await page.waitForSelector("#in-force[hidden]");
      assert.deepEqual(presets.list(), {});
    });

    for (const width of [420, 1280]) {
      it(`at ${width} pixels does not scroll sideways, and breaks no word`, async () => {
        await page.setViewport({ width, height: 900 });
        await local.createAssetImageScanSetting(account.client(), setting);
        await local.createAssetImageScanTask(account.client(), scan);
        account.emulator.faults.plan({ fault: "status", action: "CreateVulScanTask" });
        account.emulator.presets.addText("registry-partial=8741110");
        await shows("#tasks", "running");
        await shows("#chips", "registry-partial");
        assert.deepEqual(await findMisfits(page), []);
        for (const menu of ["situations", "breakage"]) {
          await page.click(`nav [popovertarget="${menu}"]`);
          assert.deepEqual(await findMisfits(page), [], menu);
          await page.keyboard.press("Escape");
        }
      });
    }

    it("plans a fault for the next answers, with the settings of its kind", async () => {
      await page.click('nav [popovertarget="breakage"]');
      await page.select('select[name="fault"]', "reset");
      await page.type('input[name="action"]', "CreateAssetImageScanTask");
      await page.click('input[name="executed"]');
      await page.click('button[type="submit"]');
      await shows("#told", "Planned: reset for the next call of CreateAssetImageScanTask.");
      await assert.rejects(local.createAssetImageScanTask(account.client(), scan), /CreateAssetImageScanTask/);
      assert.equal(account.emulator.tencent.local.tasks.size, 1);
      await page.select('select[name="fault"]', "status");
      assert.equal(await page.evaluate("document.querySelector('input[name=code]').checkVisibility()"), false);
      await page.type('input[name="status"]', "503");
      await page.click('button[type="submit"]');
      await shows("#told", "Planned: status");
      assert.deepEqual(account.emulator.faults.list(), [
        { fault: "status", action: "CreateAssetImageScanTask", executed: true, status: 503, times: 1 },
      ]);
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
      for (const menu of ["situations", "breakage"]) {
        await page.click(`nav [popovertarget="${menu}"]`);
        assert.deepEqual(await barriersIn(page), [], menu);
        await page.keyboard.press("Escape");
      }
      assert.deepEqual(errors, []);
    });
  });
});
