import { defineConfig } from "@playwright/test";
import { CHROMIUM } from "./fixture/chromium.ts";

const OPENCODE = "**/opencode.spec.ts";

/** Journeys through the real daemon in a real browser. Nothing here waits for time: a limit is reached only by a hang. */
export default defineConfig({
  testDir: "journeys",
  globalSetup: "./fixture/build-program.ts",
  outputDir: "../artifacts/browser-journeys",
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json"]],
  // The real opencode wants both cores for half a minute, so it has them when the others are done.
  projects: [
    { name: "journeys", testIgnore: OPENCODE },
    { name: "opencode", testMatch: OPENCODE, dependencies: ["journeys"] },
  ],
  use: {
    launchOptions: CHROMIUM,
    viewport: { width: 1280, height: 800 },
    // What the page was at each step; a film of it besides would cost half of two cores.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true },
    screenshot: "only-on-failure",
  },
});
