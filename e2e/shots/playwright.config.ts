import { defineConfig } from "@playwright/test";
import journeys from "../playwright.config.ts";

/** The views of the page, drawn one after the other. */
export default defineConfig({
  ...journeys,
  testDir: ".",
  globalSetup: "../fixture/build-program.ts",
  outputDir: "../../artifacts/browser-shots",
  workers: 2,
  reporter: [["list"]],
  expect: { timeout: 20_000 },
  use: { ...journeys.use, actionTimeout: 20_000 },
  projects: [{ name: "shots" }],
});
