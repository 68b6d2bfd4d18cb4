import { withTexts } from "@boocode/shared/attachments/given-content";
import type { TurnChoice, TurnDeps, TurnInput } from "./turn-ports.ts";

/**
 * Sends a turn's prompt. A command is answered only when its turn is over, so for one this resolves at once, and `onFailed` is called if
 * opencode refuses it. Sent again, the same prompt has no further effect.
 */
export async function postPrompt(
  { client, directory, sessionId }: Pick<TurnDeps, "client" | "directory" | "sessionId">,
  { prompt, promptId }: Pick<TurnInput, "prompt" | "promptId">,
  { call, model, mode }: TurnChoice,
  onFailed: (error: Error) => void,
): Promise<void> {
  const place = { directory, sessionId };
  const { handover, text, files, attachments } = prompt;
  if (call === null) return client.promptAsync(place, { promptId, handover, text, files, attachments, model, mode });
  // A command takes words and files, and no further text.
  const words = withTexts(call.words, attachments ?? []);
  void client.runCommand(place, { promptId, ...call, words, files, attachments, model, mode }).catch(onFailed);
}
