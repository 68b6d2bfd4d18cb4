import type { LanguageModel, streamText, ToolSet } from "ai";
import { z } from "zod";
import type { Toolbox } from "./tools/toolbox.ts";
import type { ResolvedModel } from "./model-catalog.ts";

/** The SDK, loaded at the first prompt so that it does not delay the daemon's start. */
export interface ModelSdk {
  streamText: typeof streamText;
  /** Describes tools for the model. The same toolbox gets the same object. */
  toTools(toolbox: Toolbox): ToolSet;
  /** Makes a model whose single request uses `fetch`. */
  connect(model: ResolvedModel, fetch: typeof globalThis.fetch): LanguageModel;
}

/** Loads the SDK: some 100 ms the first time. */
export async function loadModelSdk(): Promise<ModelSdk> {
  const [{ streamText, jsonSchema, tool }, { createOpenAICompatible }] = await Promise.all([
    import("ai"),
    import("@ai-sdk/openai-compatible"),
  ]);
  const described = new WeakMap<Toolbox, ToolSet>();
  const describe = ({ tools, isInReview }: Toolbox): ToolSet =>
    Object.fromEntries(
      tools.map(({ name, description, inReview, input }) => {
        const words = isInReview && inReview ? `${description} ${inReview}` : description;
        // No `execute`: the loop runs tools itself, so that it can show, limit and stop them.
        return [name, tool({ description: words, inputSchema: jsonSchema(toParameters(input)) })];
      }),
    );
  return {
    streamText,
    toTools: (toolbox) => {
      const known = described.get(toolbox) ?? describe(toolbox);
      described.set(toolbox, known);
      return known;
    },
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
