import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { isImageRefusal } from "@boocode/shared/models/is-image-refusal";
import { cutText } from "@boocode/shared/text/cut-text";
import type { ModelMessage } from "ai";
import { streamStep, type StepEnd, type StepInput } from "./stream-step.ts";
import { ModelFailure } from "./wire/model-failure.ts";

const MAX_QUOTED_CHARS = 300;

/**
 * Asks the model once. If it refuses the request because of images, it is asked again without them, so that a chat with an image goes on; the
 * transcript says so. Throws `ModelFailure`, or the abort's reason.
 */
export async function askWithImages(
  step: StepInput,
  { emit, onImagesRefused }: { emit: (event: AgentEvent) => void | Promise<void>; onImagesRefused(): void },
): Promise<StepEnd> {
  try {
    return await streamStep(step);
  } catch (error) {
    if (!(error instanceof ModelFailure) || !isImageRefusal(error) || !hasImages(step.messages)) throw error;
    leaveImagesOut(step.messages);
    const said = cutText(error.message, MAX_QUOTED_CHARS);
    await emit({
      type: "notice",
      level: "warning",
      text: `The model did not take the images, so it is asked without them. It said: ${said}`,
    });
    const end = await streamStep(step);
    onImagesRefused();
    return end;
  }
}

const hasImages = (messages: readonly ModelMessage[]): boolean =>
  messages.some(({ content }) => typeof content !== "string" && content.some(({ type }) => type === "file"));

/** Puts a note in the place of each image. */
function leaveImagesOut(messages: ModelMessage[]): void {
  for (const [place, message] of messages.entries()) {
    if (message.role !== "user" || typeof message.content === "string") continue;
    const texts = message.content.map((part) =>
      part.type === "text"
        ? part.text
        : `[The image ${"filename" in part ? (part.filename ?? "") : ""} is left out: the model does not take images.]`,
    );
    messages[place] = { role: "user", content: texts.join("\n\n") };
  }
}
