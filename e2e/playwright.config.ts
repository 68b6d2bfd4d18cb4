import { defineConfig } from "@playwright/test";
import { CHROMIUM } from "./fixture/chromium.ts";

/** Journeys through the real daemon in a real browser. Nothing here waits for time: a limit is reached only by a hang. */
export default defineConfig({
  testDir: "journeys",
  outputDir: "../artifacts/browser-journeys",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json"]],
  use: {
    launchOptions: CHROMIUM,
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
