import type { SessionId } from "@boocode/shared/ids";
import { type ReactNode, Suspense } from "react";
import type { Chat } from "@boocode/shared/chats/chat";
import type { Terminal } from "@boocode/shared/terminals/terminal";
import { ChangesPanel } from "../../changes/changes-panel.tsx";
import { ChatView } from "../../chats/chat-view.tsx";
import type { ShownTab } from "../../sessions/session-paths.ts";
import { useSessions } from "../../sessions/use-sessions.ts";
import { ErrorBoundary } from "../../ui/error-boundary.tsx";
import { later } from "../../ui/browser/later.ts";

const TerminalView = later(() => import("../../terminals/terminal-view.tsx"));
const CodeView = later(() => import("../../files/code-view.tsx"));

type PanelProps = {
  panelId: string;
  /** The name of the panel: the title of its tab. */
  label: string;
  /** What the panel shows, for the words of a failure. */
  what: string;
  children: ReactNode;
};

/** The panel of a visible tab. A failure in it leaves the rest of the page alone. */
function TabPanel({ panelId, label, what, children }: PanelProps) {
  return (
    <div id={panelId} role="tabpanel" aria-label={label} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ErrorBoundary what={what}>{children}</ErrorBoundary>
    </div>
  );
}

type OfPanel = { panelId: string; sessionId: SessionId };

type CodePanelProps = OfPanel & {
  path: string | null;
  onOpen: (path: string) => void;
  /** A file or folder has another path now, or none. */
  onMoved: (path: string, to: string | null) => void;
  onClose: (path: string) => void;
};

/** The panel of a file, or of the list of files. It stays the same one from file to file. */
export function CodePanel({ panelId, path, ...code }: CodePanelProps) {
  return (
    <TabPanel panelId={panelId} label={path ?? "Code"} what="The code">
      <Suspense>
        <CodeView path={path} {...code} />
      </Suspense>
    </TabPanel>
  );
}

/** The panel of a terminal. */
export function TerminalPanel({ panelId, terminal }: { panelId: string; terminal: Terminal }) {
  return (
    <TabPanel key={terminal.id} panelId={panelId} label={terminal.title} what="This terminal">
      <Suspense>
        <TerminalView key={terminal.id} terminal={terminal} />
      </Suspense>
    </TabPanel>
  );
}

/** The panel of the session's changes, or of those of one turn. */
export function WideChangesPanel({ panelId, tab }: { panelId: string; tab: Extract<ShownTab, { kind: "changes" }> }) {
  return (
    <TabPanel key={tab.taskId} panelId={panelId} label="Changes" what="The changes">
      <ChangesPanel key={tab.taskId} home="tab" taskId={tab.taskId} />
    </TabPanel>
  );
}

/** The panel of a chat. */
export function ChatPanel({ panelId, sessionId, chat }: OfPanel & { chat: Chat }) {
  const session = useSessions()?.find((each) => each.id === sessionId);
  const worktree = session?.worktree;
  const adopted = worktree?.adopted ?? (session?.adoptedBranch == null ? null : "branch");
  const hasWorktree = worktree != null && worktree.state !== "creating";
  return (
    <TabPanel key={chat.id} panelId={panelId} label={chat.title} what="This chat">
      <ChatView key={chat.id} sessionId={sessionId} chatId={chat.id} hasWorktree={hasWorktree} adopted={adopted} />
    </TabPanel>
  );
}
