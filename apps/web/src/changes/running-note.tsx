/** Says what can be done while an agent works in the files. */
export function RunningNote({ agent }: { agent: string }) {
  return (
    <p className="shrink-0 border-b border-line px-3 py-1.5 text-sm text-muted">
      {agent} is working. What it has changed since its turn began is listed when the turn ends; Reject waits for that too.
    </p>
  );
}
