import type { Interruption } from "@boocode/shared/agents/agent-backend";
import { pause, type Time } from "../../../platform/time.ts";
import type { SessionState } from "../session-state.ts";
import { openSession, type OpenSessionInput } from "./open-session.ts";

/** How long an agent may take to forget the session. */
const FORGET_LIMIT_MS = 2_000;

/** How long an agent may take to announce its commands. It does so after its answer, if at all. */
const COMMANDS_LIMIT_MS = 1_500;

/**
 * Opens a session without a prompt, reads what the agent says of itself, and ends the program. Where the agent can delete a session, or close
 * it, it is asked to, so that its list of sessions does not show one that nobody began. Throws as {@link openSession} does; aborted, after
 * the program has ended.
 */
export async function learnSession(
  input: OpenSessionInput,
  signal: Interruption,
): Promise<{ state: SessionState; version: string | null; takesImages: boolean }> {
  const { session, version, forget } = await openSession({ ...input, signal });
  const end = () => void session.close(0);
  signal.addEventListener("abort", end);
  try {
    const { sessionId, state } = session;
    await untilCommands(state, input.time);
    // One that does not forget it ends all the same.
    if (forget !== null) await session.connection.request(forget, { sessionId }, FORGET_LIMIT_MS).catch(() => {});
    if (signal.aborted) throw new Error("It was interrupted.");
    return { state: session.state, version, takesImages: session.takesImages };
  } finally {
    signal.removeEventListener("abort", end);
    await session.close();
  }
}

/** Resolves once the agent has announced its commands, or has had the time for it. */
async function untilCommands(state: SessionState, time: Pick<Time, "after">): Promise<void> {
  if (state.commands !== null) return;
  const announced = new Promise<void>((resolve) => (state.onCommands = () => resolve()));
  await Promise.race([announced, pause(time, COMMANDS_LIMIT_MS)]);
}
