const KNOWN = new Set(["boocode", "opencode", "qwen", "goose", "claude", "codex", "gemini", "pi"]);

/** The colour of an agent, the same wherever it is named; agents we do not know share one. */
export const agentHue = (agent: string): string => `var(--agent-${KNOWN.has(agent) ? agent : "other"})`;
