/** Says what can be done while an agent works in the files. Below the list, which stays where it is when a turn begins or ends. */
export function RunningNote({ agent }: { agent: string }) {
  return (
    <p className="shrink-0 border-t border-line px-3 py-1.5 text-sm text-muted">
      {agent} is working. Its changes are listed as its tools end, and all of them when its turn ends. What is listed can be applied; Reject
      and Restore wait until then.
    </p>
  );
}
