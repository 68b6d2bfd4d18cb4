import type { LanguageModel, streamText, ToolSet } from "ai";
import { z } from "zod";
import { ALL_TOOLS } from "./tools/all-tools.ts";
import type { NativeTool } from "./tools/tool.ts";
import type { ResolvedModel } from "./model-catalog.ts";

/** The SDK, loaded at the first prompt so that it does not delay the daemon's start. */
export interface ModelSdk {
  streamText: typeof streamText;
  tools: ToolSet;
  /** The same tools as they are described in review mode. */
  reviewTools: ToolSet;
  /** Makes a model whose single request uses `fetch`. */
  connect(model: ResolvedModel, fetch: typeof globalThis.fetch): LanguageModel;
}

/** Loads the SDK: some 100 ms the first time. */
export async function loadModelSdk(): Promise<ModelSdk> {
  const [{ streamText, jsonSchema, tool }, { createOpenAICompatible }] = await Promise.all([
    import("ai"),
    import("@ai-sdk/openai-compatible"),
  ]);
  const toTools = (describe: (given: NativeTool) => string): ToolSet =>
    Object.fromEntries(
      // No `execute`: the loop runs tools itself, so that it can show, limit and stop them.
      ALL_TOOLS.map((given) => [given.name, tool({ description: describe(given), inputSchema: jsonSchema(toParameters(given.input)) })]),
    );
  return {
    streamText,
    tools: toTools(({ description }) => description),
    reviewTools: toTools(({ description, inReview }) => (inReview ? `${description} ${inReview}` : description)),
    connect: ({ endpoint, modelId }, fetch) =>
      createOpenAICompatible({
        name: "boocode",
        baseURL: endpoint.baseUrl,
        ...(endpoint.apiKey ? { apiKey: endpoint.apiKey } : {}),
        includeUsage: true,
        fetch,
      })(modelId),
  };
}

/** Makes a JSON schema that small servers accept: without the dialect and the bounds of safe integers. */
function toParameters(input: z.ZodType): Record<string, unknown> {
  const schema = z.toJSONSchema(input, {
    target: "draft-7",
    io: "input",
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  const { $schema: _dialect, ...parameters } = schema;
  return parameters;
}
