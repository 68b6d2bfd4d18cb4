import { z } from "zod";
import { ApiForm } from "./api-form.ts";

/* The parts of the answers under `/api` that BooCode reads. */

export const Reported = z.object({ version: z.string().optional() });
export const Info = z.object({
  id: z.string(),
  parentID: z.string().optional(),
  title: z.string().optional(),
  agent: z.string().optional(),
  model: z.object({ id: z.string(), providerID: z.string() }).optional().catch(undefined),
  location: z.object({ directory: z.string() }),
});
export type Info = z.infer<typeof Info>;
export const One = z.object({ data: Info });
export const Many = z.object({ data: z.array(Info) });
export const Active = z.object({ data: z.record(z.string(), z.unknown()) });
export const Messages = z.object({ data: z.array(z.unknown()) });
export const Forms = z.object({ data: z.array(ApiForm) });
export const Form = z.object({ data: ApiForm });
export const Providers = z.object({ data: z.array(z.object({ id: z.string(), name: z.string().default("") })) });
export const Models = z.object({
  data: z.array(
    z.object({
      id: z.string().optional(),
      modelID: z.string().optional(),
      providerID: z.string(),
      name: z.string().default(""),
      limit: z.object({ context: z.number() }).optional().catch(undefined),
    }),
  ),
});
