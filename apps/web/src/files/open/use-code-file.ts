import type { FileView } from "@boocode/shared/files/file-view";
import type { SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { faultOf } from "../../api/faults/explain-fault.ts";
import { reportFailure } from "../../api/faults/failures.ts";
import { queryClient, trpc, trpcClient } from "../../api/trpc.ts";
import { asideTexts, codeDrafts, useAsideText, useCodeDraft } from "../drafts/code-drafts.ts";
import { decideBase, decideStanding, type FileStanding, type OnDisk, type LastSave } from "./decide-outside.ts";

/** How often a file that is shown is compared with the disk, in milliseconds. */
const LOOK_MS = 2_500;

/** An open file: what is on disk, what the person has written, and what can be done. */
export interface CodeFile {
  disk: OnDisk;
  /** Why it cannot be read; null if it can, or is gone. */
  error: unknown;
  standing: FileStanding;
  /** What the editor shows; null if the file is no text. */
  text: string | null;
  isUnkept: boolean;
  isSaving: boolean;
  /** The content on disk that the editor shows, or made its text over; null if there is none. */
  version: string | null;
  /** `over`: the version that the editor had when the text was written. */
  edit(text: string, over: string | null): void;
  save(): void;
  /** The next save writes over what is on disk now. */
  keepMine(): void;
  /** Shows what is on disk. What was written is set aside. */
  takeTheirs(): void;
  /** Whether a text is set aside; the next save forgets it. */
  hasAside: boolean;
  /** Shows the text that was set aside again. */
  bringBack(): void;
}

/** Reads a file and looks again while it is shown, so that a change from outside is noticed. */
export function useCodeFile(sessionId: SessionId, path: string): CodeFile {
  const queryKey = trpc.files.read.queryKey({ sessionId, path });
  const { data, error } = useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<FileView> => {
      const before = queryClient.getQueryData(queryKey);
      const known = before && "oid" in before ? before.oid : null;
      const view = await trpcClient.files.read.query({ sessionId, path, known }, { signal });
      return view.kind === "same" && before ? before : view;
    },
    refetchInterval: LOOK_MS,
    refetchOnWindowFocus: true,
    gcTime: 60_000,
  });
  const draft = useCodeDraft(sessionId, path);
  const aside = useAsideText(sessionId, path);
  const fault = error ? faultOf(error) : null;
  const isGone = fault?.kind === "file_refused" && fault.because === "missing";
  const disk: OnDisk = isGone ? "gone" : (data ?? null);
  const standing = decideStanding(draft, disk);
  const onDisk = disk !== null && disk !== "gone" && disk.kind === "text" ? disk : null;
  const oid = onDisk?.oid ?? null;

  useEffect(() => {
    // Somebody has saved the same, or the person has taken everything back.
    if (standing === "saved" && draft !== null) codeDrafts.write(sessionId, path, null);
  }, [sessionId, path, standing, draft]);

  const lastSave = useRef<LastSave | null>(null);
  const saving = useMutation({
    mutationFn: (input: { text: string; baseOid: string | null }) => trpcClient.files.write.mutate({ sessionId, path, ...input }),
    meta: { ownWords: true },
    onSuccess: (saved, { text, baseOid }) => {
      lastSave.current = { from: baseOid, to: saved.oid };
      const bytes = new TextEncoder().encode(text).length;
      const isExecutable = onDisk?.isExecutable ?? false;
      const view: FileView = { kind: "text", oid: saved.oid, bytes, text, encoding: "utf-8", isExecutable };
      queryClient.setQueryData(queryKey, view);
      asideTexts.write(sessionId, path, null);
      // The person may have gone on writing.
      const now = codeDrafts.read(sessionId, path);
      codeDrafts.write(sessionId, path, now === null || now.text === text ? null : { text: now.text, baseOid: saved.oid });
    },
    onError: (failure) => {
      const kind = faultOf(failure)?.kind;
      // What is on disk says the rest.
      if (kind === "file_changed" || kind === "moved_on") void queryClient.invalidateQueries({ queryKey });
      else reportFailure(failure);
    },
  });

  return {
    disk,
    error: isGone ? null : error,
    standing,
    text: draft?.text ?? onDisk?.text ?? null,
    isUnkept: codeDrafts.isUnkept(sessionId, path),
    isSaving: saving.isPending,
    version: oid,
    edit: (text, over) => {
      const known = queryClient.getQueryData<FileView>(queryKey);
      const now = known && "oid" in known ? known.oid : null;
      const baseOid = decideBase({ draft: codeDrafts.read(sessionId, path), over, lastSave: lastSave.current, now });
      codeDrafts.write(sessionId, path, onDisk?.text === text ? null : { text, baseOid });
    },
    save: () => {
      const now = codeDrafts.read(sessionId, path);
      if (now && !saving.isPending) saving.mutate({ text: now.text, baseOid: now.baseOid });
    },
    keepMine: () => {
      const now = codeDrafts.read(sessionId, path);
      if (now) codeDrafts.write(sessionId, path, { text: now.text, baseOid: oid });
    },
    takeTheirs: () => {
      const mine = codeDrafts.read(sessionId, path);
      codeDrafts.write(sessionId, path, null);
      if (mine) asideTexts.write(sessionId, path, mine);
    },
    hasAside: aside !== null,
    bringBack: () => {
      if (aside) codeDrafts.write(sessionId, path, aside);
      asideTexts.write(sessionId, path, null);
    },
  };
}
