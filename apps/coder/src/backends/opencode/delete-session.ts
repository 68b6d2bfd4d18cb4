import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { ServerClient } from "./wire/opencode-client.ts";

interface DeletingDeps {
  generation: { client: Pick<ServerClient, "deleteSession"> };
  directory: string;
  logger: BackendLogger;
}

/** Deletes a session without prompts, which would otherwise appear empty in the person's own opencode. Never rejects. */
export async function deleteSession({ generation, directory, logger }: DeletingDeps, sessionId: string): Promise<void> {
  await generation.client
    .deleteSession({ directory, sessionId })
    .catch((error: unknown) => logger.debug({ err: error }, "An unused opencode session could not be deleted"));
}
