import { describe } from "vitest";
import { describeDeaths, describeInnerDeaths } from "./describe-deaths.ts";
import { REAL_AGENTS } from "./real-agent.ts";

describe("F1 F2 F3: in the middle of a turn", () => {
  describeDeaths(REAL_AGENTS.filter(({ id }) => id === "qwen" || id === "gemini"));
  // goose is a single program.
  describeInnerDeaths(REAL_AGENTS.filter(({ id }) => id !== "goose"));
});
