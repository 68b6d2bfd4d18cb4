import { z } from "zod";
import type { ResolvedModel } from "./model-catalog.ts";
import { readBounded } from "./wire/watched-fetch.ts";

const LIMIT_MS = 5_000;
const MAX_BYTES = 4 * 1024 * 1024;
const FRESH_MS = 600_000;

const tokens = z.number().int().min(512).optional().catch(undefined);
/** The names under which servers tell a model's context: vLLM, OpenRouter, LM Studio, llama.cpp. */
const Listed = z.object({
  id: z.string(),
  max_model_len: tokens,
  context_length: tokens,
  loaded_context_length: tokens,
  max_context_length: tokens,
  meta: z.object({ n_ctx: tokens, n_ctx_train: tokens }).nullish().catch(null),
});
const List = z.object({ data: z.array(z.unknown()) });

/** The context sizes of models, as their endpoints tell them. Each endpoint is asked once in a while. */
export class ContextSizes {
  readonly #known = new Map<string, { sizes: Promise<ReadonlyMap<string, number>>; until: number }>();

  /** Returns a model's context size in tokens; null if its endpoint does not say. Bounded in time; never rejects. */
  async sizeOf({ endpoint, modelId }: Pick<ResolvedModel, "endpoint" | "modelId">): Promise<number | null> {
    const known = this.#known.get(endpoint.baseUrl);
    if (known && performance.now() < known.until) return (await known.sizes).get(modelId) ?? null;
    const sizes = readSizes(endpoint.baseUrl, endpoint.apiKey).catch(() => {
      // It is asked again next time: it may only have been slow.
      this.#known.delete(endpoint.baseUrl);
      return new Map<string, number>();
    });
    this.#known.set(endpoint.baseUrl, { sizes, until: performance.now() + FRESH_MS });
    return (await sizes).get(modelId) ?? null;
  }
}

async function readSizes(baseUrl: string, apiKey: string | null): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${baseUrl}/models`, {
    headers: { accept: "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const { data } = List.parse(JSON.parse(await readBounded(response, MAX_BYTES)));
  const sizes = new Map<string, number>();
  for (const each of data) {
    const listed = Listed.safeParse(each);
    const size = listed.success ? toSize(listed.data) : undefined;
    if (listed.success && size !== undefined) sizes.set(listed.data.id, size);
  }
  return sizes;
}

/** What is loaded counts more than what the model was made for. */
const toSize = ({ meta, ...told }: z.infer<typeof Listed>): number | undefined =>
  told.loaded_context_length ?? meta?.n_ctx ?? told.max_model_len ?? told.context_length ?? told.max_context_length ?? meta?.n_ctx_train;
