import { describeChoices } from "./describe-choices.ts";
import { REAL_AGENTS } from "./real-agent.ts";

describeChoices(REAL_AGENTS.filter(({ id }) => id === "qwen" || id === "gemini"));
