import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import type { SessionId } from "@boocode/shared/ids";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Search } from "lucide-react";
import { type ReactNode, useDeferredValue, useState, useSyncExternalStore } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
import { trpc } from "../api/trpc.ts";
import { useProjects, useSessions } from "../sessions/use-sessions.ts";
import { commandList } from "../ui/browser/commands.ts";
import { POPUP } from "../ui/popups/popup.ts";
import { openEntry } from "./open-entry.ts";
import { type PaletteEntry, type PaletteGroup, toPaletteGroups, toPaletteQuery } from "./palette-entries.ts";
import { PaletteRow } from "./palette-row.tsx";

type PaletteDialogProps = {
  /** What the field holds at first. */
  text: string;
  /** The session in view, whose files are offered; null if there is none. */
  sessionId: SessionId | null;
  onClose: () => void;
};

/** One field for sessions, chats, what was said in them, files and commands. */
export default function PaletteDialog({ text, sessionId, onClose }: PaletteDialogProps) {
  const [typed, setTyped] = useState(text);
  const query = useDeferredValue(toPaletteQuery(typed), toPaletteQuery(text));
  const sessions = useSessions() ?? [];
  const projects = useProjects() ?? [];
  const commands = useSyncExternalStore(commandList.subscribe, commandList.get);
  const isSearch = query.mode === "all" && query.text !== "";
  const fresh = { staleTime: 0, gcTime: 0, placeholderData: keepPreviousData } as const;
  const search = useQuery({ ...trpc.search.query.queryOptions({ query: query.text.slice(0, 200) }), ...fresh, enabled: isSearch });
  const wantsFiles = query.mode === "files" && sessionId !== null;
  const files = useQuery({
    ...trpc.files.mentions.queryOptions({ sessionId: sessionId ?? ("" as SessionId), query: query.text.slice(0, 500) }),
    ...fresh,
    enabled: wantsFiles,
  });
  const groups = toPaletteGroups({
    query,
    sessions,
    projects,
    commands,
    answer: (isSearch && search.data) || null,
    files: wantsFiles ? (files.data?.paths ?? []) : [],
  });
  const error = (isSearch && search.error) || (wantsFiles && files.error) || null;
  const isPending = (isSearch && search.isFetching) || (wantsFiles && files.isFetching);
  const choose = (entry: PaletteEntry) => {
    onClose();
    openEntry(entry, sessionId);
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Viewport className="fixed inset-0 z-40 flex justify-center p-4 pt-[min(15vh,8rem)]">
          <Dialog.Popup
            aria-label="Command palette"
            className={clsx(POPUP, "flex h-fit max-h-full w-full max-w-[560px] flex-col rounded-xl")}
          >
            <Autocomplete.Root
              items={groups}
              mode="none"
              inline
              open
              autoHighlight="always"
              keepHighlight
              value={typed}
              onValueChange={(value, { reason }) => reason !== "item-press" && setTyped(value)}
              itemToStringValue={({ key }: PaletteEntry) => key}
            >
              <div className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-4">
                <Search aria-hidden className="size-4 shrink-0 text-faint" />
                <Autocomplete.Input
                  aria-label="Search, or run a command"
                  placeholder="Search chats, sessions and commands"
                  className="h-full min-w-0 flex-1 bg-transparent text-base outline-none"
                />
              </div>
              <Autocomplete.List className="max-h-[min(26rem,60vh)] min-h-0 overflow-auto overscroll-contain p-1.5 empty:hidden">
                {(group: PaletteGroup) => (
                  <Autocomplete.Group key={group.label} items={group.items} className="pb-1">
                    <Autocomplete.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs text-faint">{group.label}</Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(entry: PaletteEntry) => (
                        <Autocomplete.Item
                          key={entry.key}
                          value={entry}
                          onClick={() => choose(entry)}
                          className="flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-2.5 py-1 outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-10"
                        >
                          <PaletteRow entry={entry} />
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
              <Words>
                {error
                  ? explainError(error).title
                  : groups.length > 0
                    ? null
                    : isPending
                      ? "Searching…"
                      : query.mode === "files" && sessionId === null
                        ? "Open a session to find its files."
                        : query.text === ""
                          ? "Nothing to choose here."
                          : `Nothing found for “${query.text}”.`}
                {isSearch && search.data?.isCut && groups.length > 0 && "There are more hits in chats. Another word narrows them."}
                {isSearch && search.data?.isReading && " Older chats are still being read."}
              </Words>
            </Autocomplete.Root>
            <p aria-hidden className="flex gap-4 border-t border-line px-4 py-2 text-xs text-faint max-sm:hidden">
              <span>&gt; commands</span>
              <span>@ files</span>
              <span>? shortcuts</span>
            </p>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What is to be said about the list, told to a screen reader when it changes. */
function Words({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="px-4 py-2 text-sm text-muted empty:hidden">
      {children}
    </div>
  );
}
