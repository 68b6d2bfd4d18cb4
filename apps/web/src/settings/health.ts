import { queryOptions } from "@tanstack/react-query";

/** The daemon's short health answer, which needs no token. */
export interface Health {
  status: "ok" | "degraded";
  version: string;
}

/** The query for the daemon's health and version. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }): Promise<Health> => {
    const response = await fetch("/api/health", { signal });
    return (await response.json()) as Health;
  },
  staleTime: 5_000,
});
