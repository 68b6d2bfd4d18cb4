import { SaveEndpointInput } from "@boocode/shared/settings/endpoint";
import { SettingsPatch } from "@boocode/shared/settings/settings";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const settingsRouter = router({
  get: procedure.query(({ ctx }) => ctx.parts.settings.read()),
  endpoints: procedure.query(({ ctx }) => ctx.parts.endpoints.list()),
  saveEndpoint: procedure.input(SaveEndpointInput).mutation(({ ctx, input }) => ctx.parts.endpoints.save(input)),
  removeEndpoint: procedure.input(z.object({ id: z.string().max(100) })).mutation(({ ctx, input }) => ctx.parts.endpoints.remove(input.id)),
  set: procedure.input(SettingsPatch).mutation(({ ctx, input }) => ctx.parts.settings.change(input)),
});
