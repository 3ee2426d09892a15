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
const profile = mkdtempSync(join(tmpdir(), "card-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: setting.chromium,
  headless: true,
  viewport: { width: setting.width ?? 1280, height: setting.height ?? 900 },
  colorScheme: setting.dark ? "dark" : "light",
  locale: setting.language ?? "en-GB",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
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
    await page.waitForTimeout(300);
  },
  async size({ width, height }) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(300);
    return card.evaluate((element) => element.scrollWidth - element.clientWidth);
  },
  async offline({ on }) {
    await context.setOffline(on);
  },
  async axe() {
    await page.evaluate(axe);
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
