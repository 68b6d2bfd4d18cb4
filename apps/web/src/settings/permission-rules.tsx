import type { PermissionRule } from "@boocode/shared/agents/permissions/permission-rule";
import type { SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { explainError } from "../api/faults/explain-fault.ts";
import { queryClient, trpc } from "../api/trpc.ts";
import { useSessions } from "../sessions/use-sessions.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** Lists what agents may do without asking, by worktree, each with a button to remove it. */
export function PermissionRules() {
  const { data: rules, error, refetch } = useQuery(trpc.permissions.rules.queryOptions());
  const sessions = useSessions();
  if (error) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-muted">
        <span className="min-w-0 flex-1">{explainError(error).title}.</span>
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      </p>
    );
  }
  if (!rules) return <Skeleton className="h-10 w-full" />;
  if (rules.length === 0) {
    return <p className="text-muted">Nothing yet. Answering an agent with “Always” adds a rule here.</p>;
  }
  const titleOf = (id: SessionId) => sessions?.find((session) => session.id === id)?.title ?? "A deleted session";
  return (
    <div className="flex max-h-80 flex-col gap-3 overflow-auto rounded-lg border border-line p-3">
      {[...Map.groupBy(rules, ({ sessionId }) => sessionId)].map(([sessionId, own]) => (
        <div key={sessionId}>
          <h3 className="truncate text-sm text-muted" title={titleOf(sessionId)}>
            {titleOf(sessionId)}
          </h3>
          <ul aria-label={`Rules of ${titleOf(sessionId)}`} className="flex flex-col">
            {own.map((rule) => (
              <RuleRow key={rule.id} rule={rule} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function RuleRow({ rule }: { rule: PermissionRule }) {
  const remove = useMutation(
    trpc.permissions.removeRule.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.permissions.rules.pathFilter()) }),
  );
  const subject = rule.argvPrefix ? `${rule.argvPrefix.join(" ")} …` : (rule.path ?? "");
  return (
    <li className="flex min-h-8 items-center gap-2">
      <span className="w-16 shrink-0 text-sm text-faint">{rule.toolKind}</span>
      <code className="min-w-0 flex-1 truncate text-sm" title={subject}>
        {subject}
      </code>
      <Button
        size="sm"
        variant="quiet"
        aria-label={`Remove the rule ${rule.toolKind} ${subject}`}
        busy={remove.isPending}
        onClick={() => remove.mutate({ ruleId: rule.id })}
      >
        Remove
      </Button>
    </li>
  );
}
