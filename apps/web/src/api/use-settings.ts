import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { queryClient, trpc, trpcClient } from "./trpc.ts";
import { useUnconfirmed } from "./unconfirmed.ts";

/** The person's settings; undefined until they are loaded. */
export function useSettings(): Settings | undefined {
  const { data } = useQuery(trpc.settings.get.queryOptions());
  return useUnconfirmed(CHANGE_KEY, data, applyPatch);
}

const CHANGE_KEY = ["changeSettings"] as const;

function applyPatch(settings: Settings | undefined, patch: SettingsPatch): Settings | undefined {
  return settings && ({ ...settings, ...patch } as Settings);
}

/** Changes settings. They are shown before the answer arrives, because the answer is predictable. */
export function useChangeSettings() {
  return useMutation({
    mutationKey: CHANGE_KEY,
    mutationFn: (patch: SettingsPatch) => trpcClient.settings.set.mutate(patch),
    onSettled: () => queryClient.invalidateQueries(trpc.settings.get.queryFilter()),
  });
}

/** Whether a change is stored that was the last one and has this setting in it. */
export function isSaved({ isSuccess, variables }: ReturnType<typeof useChangeSettings>, name: keyof SettingsPatch): boolean {
  return isSuccess && variables !== undefined && name in variables;
}

/** Applies the chosen theme, and stores it so that the next visit has it before its first paint. */
export function useTheme(): Settings["theme"] {
  const theme = useSettings()?.theme;
  useEffect(() => {
    if (!theme) return;
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    try {
      // Read by `first.js`.
      localStorage.setItem("boocode.theme", theme);
    } catch {
      // Storage is blocked, so the next visit starts with the system's theme.
    }
  }, [theme]);
  return theme ?? "system";
}
