import { z } from "zod";
import type { Toolbox } from "./toolbox.ts";

/** A tool as a model's server takes it. */
export interface ToolDescription {
  type: "function";
  function: { name: string; description: string; parameters: Record<string, unknown> };
}

const described = new WeakMap<Toolbox, readonly ToolDescription[]>();

/** Describes tools for a model. The same toolbox gets the same descriptions, made once. */
export function describeTools(toolbox: Toolbox): readonly ToolDescription[] {
  const known = described.get(toolbox) ?? describe(toolbox);
  described.set(toolbox, known);
  return known;
}

const describe = ({ tools, isInReview }: Toolbox): ToolDescription[] =>
  tools.map(({ name, description, inReview, input }) => {
    const words = isInReview && inReview ? `${description} ${inReview}` : description;
    return { type: "function", function: { name, description: words, parameters: toParameters(input) } };
  });

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
