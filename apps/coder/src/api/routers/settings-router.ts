import { SettingsPatch } from "@boocode/shared/settings/settings";
import { procedure, router } from "../trpc.ts";

export const settingsRouter = router({
  get: procedure.query(({ ctx }) => ctx.parts.settings.read()),
  set: procedure.input(SettingsPatch).mutation(({ ctx, input }) => ctx.parts.settings.change(input)),
});
