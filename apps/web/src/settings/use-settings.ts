import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** The person's settings; undefined until they are loaded. */
export function useSettings(): Settings | undefined {
  return useQuery(trpc.settings.get.queryOptions()).data;
}

/** Changes settings. They are shown before the answer arrives, because the answer is predictable. */
export function useChangeSettings() {
  const queryKey = trpc.settings.get.queryKey();
  return useMutation({
    mutationFn: (patch: SettingsPatch) => trpcClient.settings.set.mutate(patch),
    onMutate: (patch) => queryClient.setQueryData(queryKey, (before) => before && ({ ...before, ...patch } as Settings)),
    onSuccess: (settings) => queryClient.setQueryData(queryKey, settings),
    onError: () => queryClient.invalidateQueries({ queryKey }),
  });
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
