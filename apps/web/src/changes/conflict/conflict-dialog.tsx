import { ChangeId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { toCount } from "../../ui/labels.ts";
import type { Conflict, Target } from "../actions/use-judging.ts";
import { useChangesFrame } from "../changes-frame.tsx";
import { ConflictFrame } from "./conflict-frame.tsx";
import { toRequest } from "./to-request.ts";

type ConflictDialogProps = {
  conflict: Conflict;
  /** Applies what is not in conflict. */
  onApply: (targets: readonly Target[]) => void;
  /** Shows the diff of a file. */
  onOpen: (path: string) => void;
  onClose: () => void;
};

/** Shows why changes were not applied: the three sides of each conflict. Nothing is written from here but the changes without one. */
export default function ConflictDialog({ conflict: { conflicts, targets }, onApply, onOpen, onClose }: ConflictDialogProps) {
  const { sessionId, compose } = useChangesFrame();
  const [chosen, setChosen] = useState(0);
  const shown = conflicts[chosen] ?? conflicts[0]!;
  const target = targets.find(({ file }) => file.change?.id === shown.changeId);
  const others = targets.filter(({ file }) => conflicts.every(({ changeId }) => changeId !== file.change?.id));
  const input = { sessionId, changeId: ChangeId.parse(shown.changeId) };
  // What is in the project's folder may change at any time.
  const { data: sides, error } = useQuery({ ...trpc.pendingChanges.sides.queryOptions(input), staleTime: 0 });
  const author = target?.file.agents.map((agent) => agent ?? "you").join(", ") || "The agent's";
  const close = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <ConflictFrame
      conflicts={conflicts}
      bringing="change"
      description={
        others.length === 0
          ? "Nothing was written. Your version and the agent's are both as they were."
          : `Nothing was written, of the ${toCount(others.length, "other file")} neither.`
      }
      chosen={chosen}
      onChoose={setChosen}
      asked={{ data: sides, error }}
      names={{ ours: "Yours, in the project's folder", theirs: `${author}, in the session's worktree` }}
      onClose={onClose}
      actions={
        <>
          {target && <Button onClick={close(() => onOpen(target.file.path))}>Open the diff</Button>}
          {sides && <Button onClick={close(() => compose(toRequest(sides)))}>Ask the agent to fit it</Button>}
          {others.length > 0 && (
            <Button variant="primary" onClick={close(() => onApply(others))}>
              Apply the {others.length === 1 ? "other file" : toCount(others.length, "other file")}
            </Button>
          )}
        </>
      }
    />
  );
}
