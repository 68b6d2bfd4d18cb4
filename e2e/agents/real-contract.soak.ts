import { describeRealContract } from "./describe-real-contract.ts";
import { REAL_AGENTS } from "./real-agent.ts";

for (const agent of REAL_AGENTS) if (agent.id !== "goose" && agent.id !== "codex") describeRealContract(agent);
