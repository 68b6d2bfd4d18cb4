import type { PermissionItem } from "@boocode/shared/chats/transcript";
import { clsx } from "clsx";
import { ShieldCheck, ShieldQuestion } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAnswerPermission } from "../../agents/use-permissions.ts";
import { Button } from "../../ui/button.tsx";
import { explainSettlement } from "./explain-settlement.ts";
import { showHidden } from "./show-hidden.ts";
import { toCommandLine } from "./tool-look.ts";

/** Answers are ignored for this long after a question appears, because a click then was meant for something else. */
const ARMED_AFTER_MS = 500;

/** A permission the agent asks for: exactly what it wants to do and where, with the answers it offers. */
export function PermissionView({ item }: { item: PermissionItem }) {
  const group = useRef<HTMLDivElement>(null);
  const answer = useAnswerPermission();
  const isUnderWay = answer.isPending || answer.isSuccess;
  const given = isUnderWay ? { optionId: answer.variables.optionId, by: "person" as const } : null;
  const resolution = item.resolution ?? given;
  const isArmed = useArmed(resolution === null);
  const Icon = resolution ? ShieldCheck : ShieldQuestion;

  const choose = (optionId: string) => {
    // The focused button disappears.
    group.current?.focus({ preventScroll: true });
    answer.mutate({ permissionId: item.permissionId, optionId });
  };

  return (
    <div
      ref={group}
      role="group"
      aria-label="Permission"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keyboard users reach the question and screen readers read it
      tabIndex={0}
      className={clsx("rounded-md border border-line px-3 py-2.5", resolution ? "bg-surface" : "bg-amber-soft")}
    >
      <p className={clsx("flex items-start gap-2 font-medium", resolution ? "text-muted" : "text-amber")}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">{showHidden(item.title)}</span>
      </p>
      {item.argv && (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable content must be reachable by keyboard
          tabIndex={0}
          aria-label="Command"
          className="mt-2 max-h-64 overflow-auto rounded-sm bg-canvas px-2.5 py-1.5 text-[12px] break-all whitespace-pre-wrap"
        >
          {showHidden(toCommandLine(item.argv))}
        </pre>
      )}
      {item.paths.length > 0 && (
        <ul aria-label="Files" className="mt-2 max-h-40 overflow-auto font-mono text-xs break-all">
          {item.paths.map((path) => (
            <li key={path}>{showHidden(path)}</li>
          ))}
        </ul>
      )}
      {item.cwd !== null && (
        <p className="mt-1 text-xs text-muted">
          in {item.cwd === "." ? "the worktree's top folder" : <span className="font-mono break-all">{showHidden(item.cwd)}</span>}
        </p>
      )}
      {resolution ? (
        <p className="mt-2 text-sm text-muted">{explainSettlement(item, resolution)}</p>
      ) : (
        <div className="mt-2.5 flex flex-wrap gap-2">
          {item.options.map((option) => (
            <Button key={option.id} size="sm" className="max-w-full" disabled={!isArmed} onClick={() => choose(option.id)}>
              <span className="truncate">{showHidden(option.label)}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** True once the question has been visible long enough to be noticed. */
function useArmed(isOpen: boolean): boolean {
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    if (!isOpen) return;
    const timer = setTimeout(() => setArmed(true), ARMED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setArmed(false);
    };
  }, [isOpen]);
  return isArmed;
}
