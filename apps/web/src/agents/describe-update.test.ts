import type { AgentUpdate } from "@boocode/shared/agents/agent-update";
import { AgentId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { describeUpdate } from "./describe-update.ts";

const DONE: AgentUpdate = {
  agent: AgentId.parse("qwen"),
  line: "npm install -g qwen@latest",
  state: "done",
  output: "",
  reason: null,
  versionBefore: "1.0",
  versionAfter: "1.1",
  startedAt: 0,
  endedAt: 1,
};

it.each<[Partial<AgentUpdate>, string]>([
  [{ state: "running", versionAfter: null }, "Running npm install -g qwen@latest. Its prompts wait until that is done."],
  [{}, "Updated from 1.0 to 1.1."],
  [{ versionBefore: null }, "Updated to 1.1."],
  [{ versionBefore: "1.1" }, "1.1 is the newest version."],
  [{ versionAfter: null }, "Updated. Its version could not be read."],
  [{ state: "failed", reason: "npm ended with exit code 1.", versionAfter: "1.0" }, "npm ended with exit code 1. 1.0 is still installed."],
  [{ state: "failed", reason: "npm ended with SIGKILL." }, "npm ended with SIGKILL. 1.1 is installed now."],
  [{ state: "failed", reason: "It stopped.", versionAfter: null }, "It stopped. Its version could not be read afterwards."],
])("%o", (given, text) => expect(describeUpdate({ ...DONE, ...given })).toBe(text));
