// The emulator's page: reads the overview once a second, and shows it.

const everyMs = 1000;
const $ = (id) => document.getElementById(id);

async function ask(path, { method = "GET", body } = {}) {
  const headers = { "X-Emulator-Admin": "1" };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`/_emulator/${path}`, { method, headers, ...content });
  if (!response.ok) throw new Error((await response.text()) || `status ${response.status}`);
  return response.json();
}

/** An element. Its content is text or elements, never HTML. */
function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...content);
  return element;
}

const cell = (name, ...content) => make("td", { class: name }, ...content);
const row = (...cells) => make("tr", {}, ...cells);
const small = (text) => make("small", {}, text);
const showId = (tag, id) => make(tag, { class: "id", title: id }, id);
const showTime = (ms) => new Date(ms).toLocaleTimeString();

/** Unchanged content stays in the page, so that a reader keeps the place in it. */
function replace(element, fresh) {
  const holder = element.cloneNode(false);
  holder.append(...fresh);
  if (holder.innerHTML !== element.innerHTML) element.replaceChildren(...fresh);
}

/** A narrow page shows each cell with the name of its column. */
function fill(id, rows, empty) {
  const columns = [...$(id).parentElement.querySelectorAll("thead th")].map((one) => one.textContent);
  for (const one of rows) for (const [at, part] of [...one.cells].entries()) part.dataset.column ??= columns[at];
  replace($(id), rows.length > 0 ? rows : [row(make("td", { class: "empty", colspan: columns.length }, empty))]);
}

/** The class and the word of each end. */
const ends = {
  Success: ["good", "succeeded"],
  Cancel: ["canceled", "canceled"],
  Timeout: ["bad", "timed out"],
  Error: ["bad", "failed"],
};

function nameImages(names, total) {
  const more = total > names.length ? [`and ${total - names.length} more`] : [];
  return [...names, ...more].map((text) => make("span", { class: "image" }, text));
}

function showLeft(seconds) {
  return seconds < 100 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}

function taskRow({ kind, id, begun, images, total, done, percent, secondsLeft, end }) {
  const [name, word] = end === undefined ? ["busy", `running, ${percent} %`] : (ends[end] ?? ["bad", end]);
  const left = end === undefined ? [small(showLeft(secondsLeft))] : [];
  const bar = make("progress", { class: name, max: 100, value: percent, "aria-label": `Progress of ${kind} ${id}` });
  return row(
    cell("title", kind, showId("small", id)),
    cell("", ...nameImages(images, total)),
    cell("", showTime(begun)),
    cell("", bar, small(`${done} of ${total} scanned`)),
    cell("", make("span", { class: `badge ${name}` }, word), ...left),
  );
}

function settingRow({ name, enabled, values }) {
  const told = Object.entries(values).map(([key, value]) =>
    make("span", { class: "pair" }, small(key), typeof value === "string" ? value : JSON.stringify(value)),
  );
  return row(
    cell("title", name),
    cell("", make("span", { class: enabled ? "badge good" : "badge" }, enabled ? "on" : "off")),
    cell("", make("div", {}, ...(told.length === 0 ? ["never written"] : told))),
  );
}

const levels = ["critical", "high", "medium", "low", "viruses", "sensitive"];

function findingCells(findings) {
  if (findings === undefined)
    return [make("td", { class: "unscanned", colspan: levels.length, "data-column": "Findings" }, "not scanned yet")];
  return levels.map((level) => {
    const count = findings[level];
    const isBad = count > 0 && ["critical", "high", "viruses"].includes(level);
    return cell(isBad ? "number bad" : "number", count === undefined ? "–" : String(count));
  });
}

function imageRow({ kind, id, name, status, findings }) {
  return row(
    cell("title", name, make("small", { class: "kind" }, kind, showId("span", id))),
    cell("code", status),
    ...findingCells(findings),
  );
}

const clouds = { tencent: "Tencent Cloud", huawei: "Huawei Cloud" };

function callRow({ at, cloud, action, outcome }) {
  const result = cell(outcome === "" ? "good" : "bad", outcome || "OK");
  return row(cell("title code", action), cell("", clouds[cloud] ?? cloud), cell("", showTime(at)), result);
}

const endPreset = (name) => act(() => ask("presets", { method: "DELETE", body: [name] }));

function presetButton({ name, meaning }) {
  const button = make("button", { type: "button", "data-preset": name }, name, small(meaning));
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") === "true";
    void (isOn ? endPreset(name) : act(() => ask("presets", { method: "POST", body: [name] })));
  });
  return button;
}

/** Buttons are made once, so that the one with the focus keeps it. */
function showPresets(presets) {
  if ($("presets").childElementCount === 0) {
    $("presets").append(...presets.map(presetButton));
    filterPresets();
  }
  for (const { name, on } of presets) {
    const button = $("presets").querySelector(`[data-preset="${name}"]`);
    button.setAttribute("aria-pressed", String(on !== false));
  }
}

const shownPresets = () => [...$("presets").children].filter((button) => !button.hidden);

/** A situation is shown if its name and meaning have every word of the filter. */
function filterPresets() {
  const words = $("filter").value.toLowerCase().split(/\s+/);
  const all = [...$("presets").children];
  for (const button of all) button.hidden = !words.every((word) => button.textContent.toLowerCase().includes(word));
  tell("matches", `${shownPresets().length} of ${all.length} situations`);
}

/** The arrow keys go from the filter to the situations, and between them. */
function moveInPresets(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const stops = [$("filter"), ...shownPresets()];
  stops[stops.indexOf(document.activeElement) + step]?.focus();
}

function presetChip({ name, on }) {
  const where = on === "everywhere" ? "" : ` for ${on.join(", ")}`;
  const button = make("button", { type: "button", "aria-label": `End ${name}${where}` }, `${name}${where} ✕`);
  button.addEventListener("click", () => endPreset(name));
  return make("li", {}, button);
}

/** What is in force stays in sight while the menus are closed. */
function showChips(presets, planned) {
  const chips = presets.filter(({ on }) => on !== false).map(presetChip);
  const faults = planned.map((fault) => make("li", { class: "planned" }, describeFault(fault)));
  replace($("chips"), [...chips, ...faults]);
  $("in-force").hidden = chips.length + faults.length === 0;
}

function showFaults(faults) {
  const select = faultForm.elements.namedItem("fault");
  if (select.childElementCount > 0) return;
  select.append(...faults.map(({ kind, meaning }) => make("option", { value: kind, "data-meaning": meaning }, kind)));
  explainFault();
}

/** The form has only the settings that the meaning of the fault names. */
function explainFault() {
  const { meaning } = faultForm.elements.namedItem("fault").selectedOptions[0].dataset;
  const parts = meaning.split("`").map((text, at) => (at % 2 === 0 ? text : make("code", {}, text)));
  $("meaning").replaceChildren(...parts);
  for (const name of ["ms", "status", "code"]) {
    const input = faultForm.elements.namedItem(name);
    input.disabled = !meaning.includes(`\`${name}\``);
    input.parentElement.hidden = input.disabled;
  }
}

function describeFault({ fault, action, times }) {
  const calls = times === 1 ? "the next call" : `the next ${times} calls`;
  return `${fault} for ${calls}${action === undefined ? "" : ` of ${action}`}`;
}

function show({ site, quota, settings, tasks, images, calls, presets, faults, planned }) {
  const used = Math.round(quota.used * 10) / 10;
  $("facts").textContent =
    `TCSS (${site === "cn" ? "domestic" : "international"}) and HSS · ${used} of ${quota.capacity} scans of the quota are used`;
  fill("tasks", tasks.map(taskRow), "No scan was submitted yet.");
  fill("settings", settings.map(settingRow), "There is no schedule.");
  fill("images", images.map(imageRow), "There is no image.");
  fill("calls", calls.map(callRow), "There was no call yet.");
  showPresets(presets);
  showFaults(faults);
  showChips(presets, planned);
}

/** Only changes are written, because screen readers read the status line aloud. */
function tell(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

async function refresh() {
  try {
    show(await ask("overview"));
    tell("connection", "");
  } catch (error) {
    tell("connection", `The emulator does not answer: ${error.message}`);
  }
}

async function act(what, told = "") {
  try {
    await what();
    tell("told", told);
  } catch (error) {
    tell("told", `Refused: ${error.message}`);
  }
  await refresh();
}

/** The fault of the form. A setting that is not filled in has its default. */
function readFault() {
  const form = new FormData(faultForm);
  const text = (name) => (form.get(name) ?? "").trim();
  const given = ["action", "code", "times", "ms", "status"].filter((name) => text(name) !== "");
  const settings = given.map((name) => [name, ["action", "code"].includes(name) ? text(name) : Number(text(name))]);
  return { fault: form.get("fault"), executed: form.has("executed"), ...Object.fromEntries(settings) };
}

const faultForm = $("fault");
faultForm.elements.namedItem("fault").addEventListener("change", explainFault);
faultForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = readFault();
  void act(() => ask("faults", { method: "POST", body: fault }), `Planned: ${describeFault(fault)}.`);
});
$("no-faults").addEventListener("click", () => act(() => ask("faults", { method: "DELETE" }), "No fault is planned."));
$("end-all").addEventListener("click", () => act(() => ask("presets", { method: "DELETE" })));
$("filter").addEventListener("input", filterPresets);
$("situations").addEventListener("keydown", moveInPresets);

async function goOn() {
  if (!document.hidden) await refresh();
  setTimeout(goOn, everyMs);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh();
});
void goOn();
