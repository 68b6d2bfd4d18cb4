import { defineConfig } from "@playwright/test";
import { CHROMIUM } from "./fixture/chromium.ts";

const OPENCODE = "**/opencode.spec.ts";

/** Journeys through the real daemon in a real browser. Nothing waits for a fixed time, so only a hang reaches a timeout. */
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
  // The real opencode needs both cores for half a minute, so it runs after the others.
  projects: [
    { name: "journeys", testIgnore: OPENCODE },
    { name: "opencode", testMatch: OPENCODE, dependencies: ["journeys"] },
  ],
  use: {
    launchOptions: CHROMIUM,
    viewport: { width: 1280, height: 800 },
    // The trace records the page at each step. A video would cost half of two cores.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true },
    screenshot: "only-on-failure",
  },
});
