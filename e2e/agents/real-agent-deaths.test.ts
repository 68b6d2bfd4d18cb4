import { describe, vi } from "vitest";
import { describeDeaths } from "./describe-deaths.ts";
import { REAL_AGENTS } from "./real-agent.ts";

vi.setConfig({ testTimeout: 60_000 });

// The others start slowly: they have their turn in the soak.
describe("F1 F2 F3: in the middle of a turn", () => {
  describeDeaths(REAL_AGENTS.filter(({ id }) => id !== "qwen" && id !== "gemini"));
});
