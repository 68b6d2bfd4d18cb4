import { z } from "zod";
import { AgentId, ProjectId } from "../ids.ts";
import { Budget, NO_BUDGET } from "../usage/budget.ts";
import { isTimeZone } from "../usage/decide-day.ts";

/** A person's settings, stored on the server so that every browser shows the same. */
export const Settings = z.object({
  theme: z.enum(["system", "light", "dark"]),
  defaultAgent: AgentId,
  /** Empty: the agent's own default. */
  defaultModel: z.string().max(200),
  diffView: z.enum(["unified", "split"]),
  /** Whether a turn that a usage limit ends is continued by itself when the limit resets. */
  continueAfterLimit: z.boolean(),
  /** How often in a row, at most: also for one that a person asked to continue. */
  continueAfterLimitTimes: z.number().int().min(1).max(10),
  /** The budget of each session that has none of its own. */
  sessionBudget: Budget,
  /** The budget of all sessions together, for one day. */
  dayBudget: Budget,
  /** The time zone in which days begin, an IANA name. Empty: that of the daemon's machine. */
  timeZone: z
    .string()
    .max(100)
    .refine((name) => name === "" || isTimeZone(name), "Not a time zone"),
  /** The projects in the order of the person's. Those that are not in it follow by their creation. */
  projectOrder: z.array(ProjectId).max(1_000),
});
export type Settings = z.infer<typeof Settings>;

export const SettingsPatch = Settings.partial();
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  defaultAgent: AgentId.parse("boocode"),
  defaultModel: "",
  diffView: "unified",
  continueAfterLimit: false,
  continueAfterLimitTimes: 3,
  sessionBudget: NO_BUDGET,
  dayBudget: NO_BUDGET,
  timeZone: "",
  projectOrder: [],
};
