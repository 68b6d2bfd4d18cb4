import { defineConfig } from "@playwright/test";
import { CHROMIUM } from "./fixture/chromium.ts";

const OPENCODE = ["**/opencode.spec.ts", "**/switching.spec.ts"];

/**
 * Journeys through the real daemon in a real browser. Nothing waits for a fixed time, so only a hang reaches a timeout, also on a machine that is
 * several times as slow as usual.
 */
export default defineConfig({
  testDir: "journeys",
  globalSetup: "./fixture/build-program.ts",
  outputDir: "../artifacts/browser-journeys",
  workers: 3,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: [["list"], ["json"]],
  // The real opencode needs both cores for half a minute, so it runs after the others.
  projects: [
    { name: "journeys", testIgnore: OPENCODE },
    { name: "opencode", testMatch: OPENCODE, dependencies: ["journeys"] },
  ],
  use: {
    launchOptions: CHROMIUM,
    viewport: { width: 1280, height: 800 },
    // The trace has each step, request and message. The page at each step takes an eighth of the time (run a journey again with `--trace on`),
    // a video half of two cores.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
  },
});
