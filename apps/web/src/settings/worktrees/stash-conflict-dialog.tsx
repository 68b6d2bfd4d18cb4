import { ChangeId, type SessionId, type StashId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { trpc } from "../../api/trpc.ts";
import { ConflictFrame, type Conflicts } from "../../changes/conflict/conflict-frame.tsx";
import { Button } from "../../ui/button.tsx";

type StashConflictDialogProps = {
  stashId: StashId;
  sessionId: SessionId;
  conflicts: Conflicts;
  /** Shows the session. */
  onOpen: () => void;
  onClose: () => void;
};

const NAMES = { ours: "In the session's worktree", theirs: "In the stash" };

/** Shows why a stash was not applied: the three sides of each path. Nothing is written from here. */
export default function StashConflictDialog({ stashId, sessionId, conflicts, onOpen, onClose }: StashConflictDialogProps) {
  const [chosen, setChosen] = useState(0);
  const changeId = ChangeId.parse((conflicts[chosen] ?? conflicts[0]!).changeId);
  // What is in the worktree may change at any time.
  const asked = useQuery({ ...trpc.worktreeRisk.stashSides.queryOptions({ stashId, sessionId, changeId }), staleTime: 0 });
  return (
    <ConflictFrame
      conflicts={conflicts}
      bringing="stash"
      description="Nothing was written. The session and the stash are both as they were."
      chosen={chosen}
      onChoose={setChosen}
      asked={asked}
      names={NAMES}
      onClose={onClose}
      actions={<Button onClick={onOpen}>Open the session</Button>}
    />
  );
}
