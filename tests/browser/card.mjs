// Looks at the card in Chromium while a real call runs. Reads one JSON object, {url, axe, folder, width, height, dark, language}, and
// then commands, one a line, from standard input; answers each with a line of JSON.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value ?? '{"do":"end"}');

const setting = await next();
// What the microphone hears is a file, and nobody has to be asked for it.
const MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
  `--use-file-for-fake-audio-capture=${setting.microphone}`];
const profile = mkdtempSync(join(tmpdir(), "card-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: setting.chromium,
  headless: true,
  viewport: { width: setting.width ?? 1280, height: setting.height ?? 900 },
  colorScheme: setting.dark ? "dark" : "light",
  locale: setting.language ?? "en-GB",
  timezoneId: "Europe/Berlin",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--host-resolver-rules=MAP home.test 127.0.0.1, MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", ...(setting.microphone ? MICROPHONE : [])],
});
const page = context.pages()[0] ?? (await context.newPage());
const errors = [];
const outside = [];
page.on("pageerror", (error) => errors.push(String(error)));
page.on("request", (request) => {
  if (!request.url().startsWith(setting.url) && !/^(data|blob|about|chrome):/.test(request.url())) outside.push(request.url());
});
const card = page.locator("hold-slayer-card");
const words = () => card.evaluate((element) => element.shadowRoot.querySelector("ha-card").innerText);
// A page whose colours still fade shows contrasts that it never keeps; a busy machine fades for long.
const settled = () =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const within = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((each) => (each.shadowRoot ? within(each.shadowRoot) : []))];
    const fading = () =>
      within(document)
        .flatMap((root) => root.getAnimations())
        .filter((each) => each.playState === "running" && Number.isFinite(each.effect.getComputedTiming().endTime));
    await frame();
    await frame();
    for (let moving = fading(); moving.length; moving = fading()) await Promise.allSettled(moving.map((each) => each.finished));
  });

const commands = {
  async open() {
    await page.goto(`${setting.url}/${setting.path}`);
    await card.waitFor({ timeout: 60000 });
    return words();
  },
  async text() {
    return words();
  },
  async wait({ text, timeout = 30000 }) {
    await card.getByText(text, { exact: false }).first().waitFor({ timeout });
    return words();
  },
  async gone({ text, timeout = 30000 }) {
    await card.getByText(text, { exact: false }).first().waitFor({ state: "hidden", timeout });
  },
  async click({ name, exact = true }) {
    await card.getByRole("button", { name, exact }).first().click({ timeout: 10000 });
  },
  async fill({ label, value }) {
    await card.getByLabel(label).fill(value);
  },
  async picture({ path }) {
    await card.screenshot({ path, animations: "disabled" });
  },
  async page({ path }) {
    await page.screenshot({ path });
  },
  async loudness({ side = "far" }) {
    // The loudest of two seconds on a level meter, 0 to 1.
    let most = 0;
    for (let count = 0; count < 40; count++) {
      const bar = card.locator(`[data-level=${side}]`).first();
      most = Math.max(most, Number(await bar.getAttribute("aria-valuenow", { timeout: 1000 })));
      await page.waitForTimeout(50);
    }
    return most;
  },
  async tap() {
    // Notes when beeps begin: in the microphone, and where the company's side leaves for the loudspeaker. Milliseconds, wall clock.
    await card.evaluate((element) => {
      const { context, output, stream } = element.phone.talker;
      const watch = (node, least) => {
        const analyser = context.createAnalyser();
        analyser.fftSize = 4096;
        node.connect(analyser);
        const found = { beeps: [], hz: [], loudest: 0 };
        const [samples, bins] = [new Float32Array(analyser.fftSize), new Float32Array(analyser.frequencyBinCount)];
        let loudAt = 0;
        setInterval(() => {
          analyser.getFloatTimeDomainData(samples);
          const end = performance.timeOrigin + performance.now();
          const first = samples.findIndex((value) => Math.abs(value) > least);
          if (first < 0) return;
          found.loudest = Math.max(found.loudest, ...samples);
          const last = samples.findLastIndex((value) => Math.abs(value) > least);
          const at = (index) => end - ((samples.length - index) / context.sampleRate) * 1000;
          if (at(first) - loudAt > 400) {
            found.beeps.push(at(first));
            setTimeout(() => {
              analyser.getFloatFrequencyData(bins);
              found.hz.push((bins.indexOf(Math.max(...bins)) * context.sampleRate) / analyser.fftSize);
            }, 150);
          }
          loudAt = at(last);
        }, 8);
        return found;
      };
      globalThis.tapped = {
        far: watch(output, 0.02),
        near: watch(context.createMediaStreamSource(stream), 0.01),
      };
    });
  },
  async tapped() {
    return card.evaluate((element) => {
      const { context, stats } = element.phone.talker;
      return { ...globalThis.tapped, stats, rate: context.sampleRate, latency: (context.outputLatency || context.baseLatency) * 1000 };
    });
  },
  async slow({ seconds, bytes = 6000, latency = 200 }) {
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    const through = { downloadThroughput: bytes, uploadThroughput: bytes };
    await session.send("Network.emulateNetworkConditions", { offline: false, latency, ...through });
    await page.waitForTimeout(seconds * 1000);
    await session.detach();
  },
  async insecure({ text }) {
    // The same dashboard by a name and plain http: no secure context.
    const other = await context.newPage();
    await other.goto(`${setting.url.replace("127.0.0.1", "home.test")}/${setting.path}`);
    const there = other.locator("hold-slayer-card");
    await there.getByText(text, { exact: false }).first().waitFor({ timeout: 60000 });
    const found = await there.evaluate((element) => element.shadowRoot.querySelector("ha-card").innerText);
    const isDisabled = await there.getByRole("button", { name: "Answer here" }).isDisabled();
    await other.close();
    return { text: found, isDisabled };
  },
  async enabled({ name }) {
    return card.getByRole("button", { name, exact: true }).first().isEnabled();
  },
  async signIn({ user, password, text }) {
    // Another user in the same window, by Home Assistant's own login flow.
    const clientId = `${setting.url}/`;
    const post = async (path, body) =>
      (await fetch(setting.url + path, { method: "POST", body: body instanceof URLSearchParams ? body : JSON.stringify(body) })).json();
    const flow = await post("/auth/login_flow", { client_id: clientId, handler: ["homeassistant", null], redirect_uri: clientId });
    const done = await post(`/auth/login_flow/${flow.flow_id}`, { client_id: clientId, username: user, password });
    const tokens = await post("/auth/token", new URLSearchParams({ client_id: clientId, grant_type: "authorization_code", code: done.result }));
    const kept = { ...tokens, hassUrl: setting.url, clientId, expires: Date.now() + tokens.expires_in * 1000 };
    await page.evaluate((text) => localStorage.setItem("hassTokens", text), JSON.stringify(kept));
    await page.reload();
    await card.waitFor({ timeout: 60000 });
    await card.getByText(text).first().waitFor({ timeout: 30000 });
    return words();
  },
  async direction({ rtl }) {
    // As Home Assistant does it for a language that is written so.
    await page.evaluate((direction) => {
      document.dir = direction;
      document.querySelector("home-assistant").style.direction = direction;
    }, rtl ? "rtl" : "ltr");
    await page.waitForTimeout(200);
    return card.evaluate((element) => {
      const head = element.shadowRoot.querySelector(".circle").getBoundingClientRect();
      const whole = element.getBoundingClientRect();
      return { spill: element.scrollWidth - element.clientWidth, iconAt: (head.left + head.width / 2 - whole.left) / whole.width };
    });
  },
  async offered({ entity }) {
    // What Home Assistant's card picker and visual editor are given.
    return card.evaluate(async (element, entityId) => {
      const found = window.customCards.filter((each) => each.type === "hold-slayer-card");
      const form = await customElements.get("hold-slayer-card").getConfigForm();
      const suggest = (id) => found[0].getEntitySuggestion(element.hass, id);
      return {
        count: found.length,
        preview: found[0].preview,
        ours: suggest(entityId),
        foreign: suggest("sun.sun"),
        labels: form.schema.map((field) => form.computeLabel(field)),
        grid: element.getGridOptions(),
      };
    }, entity);
  },
  async lines() {
    // The transcript of the call that is shown, as the card has it.
    return card.evaluate((element) => element.call?.transcript ?? []);
  },
  async frozen({ state, now, ui = {}, talk, levels = {}, isOpen = false, path }) {
    // A made-up state at a moment that stands still, so that pictures can be compared.
    await card.evaluate(
      async (element, made) => {
        globalThis.clock ??= Date.now;
        Date.now = () => made.now * 1000;
        element.disconnect();
        Object.assign(element, { past: undefined, dismissed: "", error: "", isLost: false, data: { ...made.state, skew: 0 } });
        element.phone.talk = made.talk;
        element.ui = { ...element.ui, panel: "", zoom: 0, released: [], chosen: "", place: undefined, reported: undefined, ...made.ui };
        await element.updateComplete;
        element.shadowRoot.querySelectorAll("details").forEach((each) => (each.open = made.isOpen));
        for (const [side, level] of Object.entries(made.levels)) element.onLevel(side, level);
        element.shadowRoot.querySelectorAll(".log").forEach((each) => (each.scrollTop = 0));
        element.shadowRoot.activeElement?.blur();
        await new Promise((resolve) => setTimeout(resolve, 300));
        element.shadowRoot.querySelector("hold-slayer-strip")?.draw();
      },
      { state, now, ui, talk, levels, isOpen },
    );
    await page.mouse.move(0, 0);
    if (path) await card.screenshot({ path, animations: "disabled" });
    return words();
  },
  async thaw() {
    await card.evaluate((element) => {
      if (globalThis.clock) Date.now = globalThis.clock;
      element.phone.talk = undefined;
      element.connect();
    });
  },
  async drawing() {
    // Milliseconds that one picture of the strip costs.
    return card.evaluate((element) => {
      const strip = element.shadowRoot.querySelector("hold-slayer-strip");
      const start = performance.now();
      for (let count = 0; count < 200; count++) strip.draw();
      return { ms: (performance.now() - start) / 200, rows: strip.rows.length };
    });
  },
  async frames({ seconds = 3 }) {
    // Times between pictures while the strip moves, milliseconds.
    return page.evaluate(
      (length) =>
        new Promise((resolve) => {
          const times = [];
          let before = performance.now();
          const start = before;
          const next = (now) => {
            times.push(now - before);
            before = now;
            if (now - start < length * 1000) requestAnimationFrame(next);
            else resolve(times.slice(1));
          };
          requestAnimationFrame(next);
        }),
      seconds,
    );
  },
  async recording() {
    // Plays for a moment from the middle on, where the loudness was pressed; what the player then says.
    const wave = card.locator(".wave");
    await wave.waitFor({ timeout: 30000 });
    const player = card.locator("audio");
    await player.evaluate(
      (audio) =>
        new Promise((resolve, reject) => {
          if (audio.readyState >= 1) resolve();
          audio.addEventListener("loadedmetadata", () => resolve(), { once: true });
          audio.addEventListener("error", () => reject(new Error(audio.error?.message ?? "not played")), { once: true });
        }),
    );
    await wave.click();
    return player.evaluate(async (audio) => {
      audio.muted = true;
      const from = audio.currentTime;
      await audio.play();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      audio.pause();
      return { duration: audio.duration, from, to: audio.currentTime };
    });
  },
  async color() {
    return card.evaluate((element) => getComputedStyle(element.shadowRoot.querySelector("ha-card")).backgroundColor);
  },
  async dark({ on }) {
    await page.emulateMedia({ colorScheme: on ? "dark" : "light" });
    const isThere = async () => (await card.evaluate((element) => element.hass.themes.darkMode)) === on;
    for (let count = 0; count < 100 && !(await isThere()); count++) await page.waitForTimeout(100);
    if (!(await isThere())) throw new Error("Home Assistant does not change its colours");
    await settled();
  },
  async size({ width, height }) {
    await page.setViewportSize({ width, height });
    await settled();
    return card.evaluate((element) => element.scrollWidth - element.clientWidth);
  },
  async offline({ on }) {
    await context.setOffline(on);
  },
  async axe() {
    await page.evaluate(axe);
    await settled();
    return card.evaluate(async (element) => {
      const found = await globalThis.axe.run(element);
      return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
    });
  },
  async state() {
    return { errors, outside };
  },
};

for (let command = await next(); command.do !== "end"; command = await next()) {
  try {
    const result = await commands[command.do](command);
    console.log(JSON.stringify({ ok: true, result: result ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ ok: false, result: String(error).slice(0, 2000) }));
  }
}
await context.close();
rmSync(profile, { recursive: true, force: true });
