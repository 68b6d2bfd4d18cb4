import { it } from "vitest";
import { floodTerminals } from "./terminal-flow.ts";

const MINUTE_MS = 60_000;

it("F17 a minute of programs that write without end swells nothing and holds up no other terminal", { timeout: 600_000 }, () => {
  const began = performance.now();
  return floodTerminals(() => performance.now() - began > MINUTE_MS);
});
