import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import type { DiffLayout } from "./change-rows.ts";

/** The diff layout, unified or split, shared by all browsers of the person. */
export function useDiffLayout(): [DiffLayout, (layout: DiffLayout) => void] {
  const settings = trpc.settings.get.queryOptions();
  const { data } = useQuery(settings);
  const { mutate } = useMutation({
    mutationFn: (diffView: DiffLayout) => trpcClient.settings.set.mutate({ diffView }),
    onMutate: (diffView) => queryClient.setQueryData(settings.queryKey, (before) => before && { ...before, diffView }),
    onError: () => queryClient.invalidateQueries(settings),
  });
  return [data?.diffView ?? "unified", mutate];
}
