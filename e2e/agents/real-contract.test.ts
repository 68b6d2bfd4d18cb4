import { vi } from "vitest";
import { describeRealContract } from "./describe-real-contract.ts";
import { REAL_AGENTS } from "./real-agent.ts";

vi.setConfig({ testTimeout: 60_000 });

// goose has a test of its own; the others start slowly and have their turn in the soak.
for (const agent of REAL_AGENTS) if (agent.id === "codex") describeRealContract(agent);
