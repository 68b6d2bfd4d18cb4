import type { ChangeContent } from "@boocode/shared/changes/change-content";
import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { useChangesFrame } from "../changes-frame.tsx";

/** An image before and after, or the beginning of a file whose diff is too large. */
export function PlainView({ diff }: { diff: ChangeDiff }) {
  return diff.view === "too_large" ? <Beginning diff={diff} /> : <Images diff={diff} />;
}

function useContent({ changeId }: ChangeDiff, side: "before" | "after", enabled = true) {
  const { sessionId } = useChangesFrame();
  // What a change's id names never changes.
  return useQuery({
    ...trpc.pendingChanges.content.queryOptions({ sessionId, changeId, side }),
    staleTime: Infinity,
    gcTime: 30_000,
    enabled,
  });
}

function Beginning({ diff }: { diff: ChangeDiff }) {
  const side = diff.newBytes === null ? "before" : "after";
  const [isWanted, setWanted] = useState(false);
  const { data, error } = useContent(diff, side, isWanted);
  if (!isWanted)
    return (
      <div className="bg-surface px-3 pb-2">
        <Button size="sm" onClick={() => setWanted(true)}>
          Show the beginning of the file
        </Button>
      </div>
    );
  return (
    <div className="bg-surface px-4 pb-3 text-sm text-muted">
      {error ? explainError(error).title : data ? <Text content={data} /> : "Reading…"}
    </div>
  );
}

function Text({ content }: { content: ChangeContent }) {
  if (content.kind !== "text") return "The file holds no text";
  return (
    <>
      <pre
        tabIndex={0}
        aria-label="The beginning of the file"
        className="max-h-96 overflow-auto rounded-md border border-line bg-canvas px-3 py-2 font-mono text-[12px] leading-[19px] text-ink"
      >
        {content.text}
      </pre>
      {content.isCut && <p className="mt-1">The file goes on</p>}
    </>
  );
}

function Images({ diff }: { diff: ChangeDiff }) {
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(160px,1fr))] gap-3 bg-surface px-4 pb-3">
      {diff.oldBytes !== null && <Image diff={diff} side="before" />}
      {diff.newBytes !== null && <Image diff={diff} side="after" />}
    </div>
  );
}

function Image({ diff, side }: { diff: ChangeDiff; side: "before" | "after" }) {
  const { data, error } = useContent(diff, side);
  const [isDamaged, setDamaged] = useState(false);
  const address = data?.kind === "image" && !isDamaged ? `data:${data.type};base64,${data.base64}` : null;
  const label = side === "before" ? "Before" : "Now";
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-xs text-faint">{label}</figcaption>
      {address ? (
        <img
          src={address}
          alt={label}
          onError={() => setDamaged(true)}
          className="max-h-64 max-w-full rounded-md border border-line bg-[repeating-conic-gradient(var(--inset)_0_25%,transparent_0_50%)] bg-size-[16px_16px] object-contain"
        />
      ) : (
        <p className="text-sm text-muted">{error ? explainError(error).title : data ? "This image cannot be shown" : "Reading…"}</p>
      )}
    </figure>
  );
}
