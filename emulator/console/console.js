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

const row = (...cells) =>
  make("tr", {}, ...cells.map((cell) => (cell instanceof HTMLElement ? cell : make("td", {}, String(cell)))));
const classed = (name, text) => make("td", { class: name }, text);
const time = (ms) => new Date(ms).toLocaleTimeString();

/** Unchanged rows stay in the page, so that a reader keeps the place in them. */
function fill(id, rows, empty) {
  const columns = $(id).parentElement.querySelectorAll("thead th").length;
  const shown = rows.length > 0 ? rows : [make("tr", {}, make("td", { colspan: columns }, empty))];
  const body = $(id);
  const fresh = make("tbody", { id }, ...shown);
  if (fresh.innerHTML !== body.innerHTML) body.replaceChildren(...fresh.childNodes);
}

function taskRow({ kind, id, begun, total, done, percent, end }) {
  const status = end === undefined ? ["busy", `running, ${percent} %`] : [end === "Success" ? "good" : "bad", end];
  const bar = make("progress", { max: 100, value: percent, "aria-label": `Progress of ${kind} ${id}` });
  return row(kind, classed("code", id), time(begun), `${done} of ${total}`, make("td", {}, bar), classed(...status));
}

function settingRow({ name, enabled, values }) {
  const told = Object.entries(values).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return row(name, enabled ? classed("good", "on") : "off", classed("code", told.join(", ") || "never written"));
}

const levels = ["critical", "high", "medium", "low", "viruses", "sensitive"];

function imageRow({ kind, id, name, status, findings }) {
  const title = make("td", { title: id }, name);
  const counts = levels.map((level) => {
    const count = findings?.[level];
    const isBad = count > 0 && ["critical", "high", "viruses"].includes(level);
    return classed(isBad ? "number bad" : "number", count === undefined ? "–" : String(count));
  });
  return row(kind, title, status, ...counts);
}

function callRow({ at, cloud, action, outcome }) {
  return row(time(at), cloud, classed("code", action), classed(outcome === "" ? "good" : "bad", outcome || "OK"));
}

function presetButton({ name, meaning }) {
  const button = make("button", { type: "button", "data-preset": name }, name, make("small", {}, meaning));
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") === "true";
    void act(() => ask("presets", { method: isOn ? "DELETE" : "POST", body: [name] }));
  });
  return button;
}

/** Buttons are made once, so that the one with the focus keeps it. */
function showPresets(presets) {
  if ($("presets").childElementCount === 0) $("presets").append(...presets.map(presetButton));
  for (const { name, on } of presets) {
    const button = $("presets").querySelector(`[data-preset="${name}"]`);
    button.setAttribute("aria-pressed", String(on !== false));
    if (Array.isArray(on)) button.title = `for ${on.join(", ")}`;
    else button.removeAttribute("title");
  }
}

function showFaults(faults) {
  const select = $("fault").elements.namedItem("fault");
  if (select.childElementCount > 0) return;
  select.append(...faults.map(({ kind, meaning }) => make("option", { value: kind }, `${kind}: ${meaning}`)));
}

function show({ site, quota, settings, tasks, images, calls, presets, faults }) {
  const used = Math.round(quota.used * 10) / 10;
  $("facts").textContent =
    `TCSS (${site === "cn" ? "domestic" : "international"}) and HSS · ${used} of ${quota.capacity} scans of the quota used`;
  fill("tasks", tasks.map(taskRow), "Nothing was submitted yet.");
  fill("settings", settings.map(settingRow), "None.");
  fill("images", images.map(imageRow), "None.");
  fill("calls", calls.map(callRow), "None yet.");
  showPresets(presets);
  showFaults(faults);
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

$("end-all").addEventListener("click", () => act(() => ask("presets", { method: "DELETE" })));
$("no-faults").addEventListener("click", () => act(() => ask("faults", { method: "DELETE" }), "No fault is planned."));
$("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  const action = form.get("action").trim();
  const times = Number(form.get("times"));
  const fault = {
    fault: form.get("fault"),
    times,
    executed: form.has("executed"),
    ...(action === "" ? {} : { action }),
  };
  const whom = action === "" ? "the next calls" : `the next calls of ${action}`;
  void act(
    () => ask("faults", { method: "POST", body: fault }),
    `Planned: ${fault.fault}, ${times === 1 ? "once" : `${times} times`}, for ${whom}.`,
  );
});

async function goOn() {
  if (!document.hidden) await refresh();
  setTimeout(goOn, everyMs);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh();
});
void goOn();
