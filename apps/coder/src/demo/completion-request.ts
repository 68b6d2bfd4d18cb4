import { z } from "zod";

const TextPart = z.object({ type: z.string(), text: z.string().optional() });

/** Content as a string or as parts. Only text parts are read. */
const Content = z
  .union([z.string(), z.array(TextPart)])
  .nullish()
  .transform((content) => (typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("")));

const CompletionMessage = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: Content,
  tool_calls: z.array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })).nullish(),
  tool_call_id: z.string().nullish(),
});

const OfferedTool = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string(),
    parameters: z.object({ properties: z.record(z.string(), z.unknown()).optional(), required: z.array(z.string()).optional() }).optional(),
  }),
});

/** The part of a `/chat/completions` request that the demo model reads. The rest is ignored. */
export const CompletionRequest = z.object({
  model: z.string(),
  messages: z.array(CompletionMessage),
  tools: z.array(OfferedTool).nullish(),
  stream: z.boolean().nullish(),
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;
export type CompletionMessage = z.infer<typeof CompletionMessage>;
export type OfferedTool = z.infer<typeof OfferedTool>;
