import { toMention } from "@boocode/shared/files/mention";
import type { SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { createElement } from "react";
import { File } from "lucide-react";
import { trpc } from "../../../api/trpc.ts";
import { keepFitting } from "./keep-fitting.ts";
import type { Suggestions } from "./suggestion.ts";

/** Offers the files of a session's worktree that fit what is typed behind `@`. `query`: null if nothing is. */
export function useFileSuggestions(sessionId: SessionId, query: string | null): Suggestions | null {
  const options = trpc.files.mentions.queryOptions({ sessionId, query: query ?? "", limit: MAX_SHOWN }, { enabled: query !== null });
  // The daemon answers from memory, and reads the files again behind it; what has changed comes as an event.
  const { data, error } = useQuery({
    ...options,
    placeholderData: (before) => keepFitting(before, query ?? ""),
    staleTime: 0,
    gcTime: 10_000,
  });
  if (query === null) return null;
  if (error) return { label: "Files", groups: [], note: "The files of this session cannot be listed." };
  if (!data) return null;
  const suggestions = data.paths.map((path) => ({ id: path, words: toMention(path), icon: FILE, ...describePath(path) }));
  const note = data.isCut ? `Only the first ${data.total.toLocaleString("en")} files are searched.` : null;
  return {
    label: "Files",
    groups: [{ heading: "Files", suggestions }],
    note: suggestions.length === 0 && query === "" ? "There are no files." : note,
  };
}

const MAX_SHOWN = 30;
const FILE = createElement(File, { "aria-hidden": true, className: "size-3.5" });

/** The name first, then the folder: in a narrow menu the end of a path says more than its beginning. */
function describePath(path: string): { label: string; detail?: string } {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
  return { label: showControls(name), ...(folder === "" ? {} : { detail: showControls(folder) }) };
}

/** Shows line breaks and other control characters of a name. */
// oxlint-disable-next-line no-control-regex -- Those are what is shown.
const showControls = (text: string) => text.replace(/[\u0000-\u001f\u007f]/g, (sign) => JSON.stringify(sign).slice(1, -1));
