import { useQuery } from "@tanstack/react-query";
import { trpc } from "../../api/trpc.ts";

/** What is in the trash, newest first. */
export function useTrash() {
  return useQuery(trpc.trash.list.queryOptions());
}

/** The path of the trash page. */
export const TRASH_PATH = "/trash";
