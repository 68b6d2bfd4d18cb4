import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** The person's choices; undefined until they are known. */
export function useSettings(): Settings | undefined {
  return useQuery(trpc.settings.get.queryOptions()).data;
}

/** Changes some of the choices. They show at once: what the answer will be is certain. */
export function useChangeSettings() {
  const queryKey = trpc.settings.get.queryKey();
  return useMutation({
    mutationFn: (patch: SettingsPatch) => trpcClient.settings.set.mutate(patch),
    onMutate: (patch) => queryClient.setQueryData(queryKey, (before) => before && ({ ...before, ...patch } as Settings)),
    onSuccess: (settings) => queryClient.setQueryData(queryKey, settings),
    onError: () => queryClient.invalidateQueries({ queryKey }),
  });
}

/** Shows the chosen theme, and keeps it where the next visit finds it before its first paint. */
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
      // The next visit begins in the system's theme, then.
    }
  }, [theme]);
  return theme ?? "system";
}
