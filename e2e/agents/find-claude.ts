import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Claude's command-line program for this platform: the one that its adapter brings, which is the one of its own package. */
export function findClaude(): string {
  const adapter = createRequire(import.meta.url).resolve("@agentclientprotocol/claude-agent-acp/package.json");
  const sdk = createRequire(adapter).resolve("@anthropic-ai/claude-agent-sdk");
  const name = `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}`;
  return join(dirname(createRequire(sdk).resolve(`${name}/package.json`)), "claude");
}
