import { z } from "zod";
import { AgentId } from "../ids.ts";

/** A person's settings, stored on the server so that every browser shows the same. */
export const Settings = z.object({
  theme: z.enum(["system", "light", "dark"]),
  defaultAgent: AgentId,
  /** Empty: the agent's own default. */
  defaultModel: z.string().max(200),
  diffView: z.enum(["unified", "split"]),
});
export type Settings = z.infer<typeof Settings>;

export const SettingsPatch = Settings.partial();
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  defaultAgent: AgentId.parse("boocode"),
  defaultModel: "",
  diffView: "unified",
};
