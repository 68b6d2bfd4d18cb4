const KNOWN = new Set(["boocode", "opencode", "qwen", "goose", "claude", "codex", "gemini", "pi"]);

/** The colour of an agent, the same everywhere on the page. Agents without a colour of their own share one. */
export const agentHue = (agent: string): string => `var(--agent-${KNOWN.has(agent) ? agent : "other"})`;
