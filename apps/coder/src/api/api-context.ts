import type { Access } from "../access/access.ts";
import type { Principal } from "../access/principal.ts";
import type { Agents } from "../agents/agents.ts";
import type { CommandBook } from "../agents/commands/command-book.ts";
import type { AgentUpdates } from "../agents/updating/agent-updates.ts";
import type { WarmAgents } from "../agents/pool/warm-agents.ts";
import type { BackgroundProcesses } from "../agents/background-processes.ts";
import type { Permissions } from "../agents/permission-desk.ts";
import type { ChangeDiffs } from "../changes/diffs/change-diffs.ts";
import type { ChangeApply } from "../changes/apply/change-apply.ts";
import type { ChangeExport } from "../changes/export/change-export.ts";
import type { ChangeReject } from "../changes/take-back/change-reject.ts";
import type { ChangeRestore } from "../changes/take-back/change-restore.ts";
import type { DroppedStashes } from "../changes/stash/dropped-stashes.ts";
import type { StashApply } from "../changes/stash/stash-apply.ts";
import type { Stashes } from "../changes/stash/stashes.ts";
import type { StagedWrites } from "../changes/apply/staged-writes.ts";
import type { FileSaves } from "../changes/saves/file-saves.ts";
import type { PendingChanges } from "../changes/pending-changes.ts";
import type { Reviews } from "../changes/review/reviews.ts";
import type { Blobs } from "../blobs/blobs.ts";
import type { FileIndex } from "../files/file-index.ts";
import type { GitWork } from "../git/git-work.ts";
import type { ProposedMessage, ProposeMessageInput } from "@boocode/shared/git/git-input";
import type { FileSearch } from "../files/file-search.ts";
import type { FileViews } from "../files/file-views.ts";
import type { Chats } from "../chats/chats.ts";
import type { Projects } from "../projects/projects.ts";
import type { SessionDeletion } from "../sessions/deletion/session-deletion.ts";
import type { SessionTrash } from "../sessions/deletion/session-trash.ts";
import type { OrphanRemoval } from "../worktrees/sweep/remove-orphan.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { WarmUp } from "../sessions/warm-up.ts";
import type { Endpoints } from "../settings/endpoints.ts";
import type { Search } from "../search/search.ts";
import type { SettingsStore } from "../settings/settings.ts";
import type { Skills } from "../skills/skills.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { UsageReports } from "../usage/usage-reports.ts";
import type { Terminals } from "../terminals/terminals.ts";
import type { Trust } from "../trust/trust.ts";
import type { Adoption } from "../worktrees/adopting/adoption.ts";
import type { PortBlocks } from "../worktrees/ports/port-blocks.ts";
import type { DeleteGuard } from "../worktrees/removal/delete-guard.ts";
import type { WorktreeRisk } from "../worktrees/upkeep/worktree-risk.ts";
import type { WorktreeWatch } from "../worktrees/watch/worktree-watch.ts";
import type { EventStream } from "./stream/event-stream.ts";

/** The parts of the daemon that the routers call. The daemon creates them once. */
export interface ApiParts {
  projects: Projects;
  sessions: Sessions;
  adoption: Pick<Adoption, "list">;
  chats: Chats;
  tasks: Tasks;
  agents: Agents;
  warmAgents: WarmAgents;
  agentUpdates: AgentUpdates;
  commands: Pick<CommandBook, "list">;
  deletion: SessionDeletion;
  trash: SessionTrash;
  orphans: OrphanRemoval;
  warmUp: WarmUp;
  permissions: Permissions;
  background: Pick<BackgroundProcesses, "list" | "endOne">;
  pendingChanges: PendingChanges;
  changeDiffs: ChangeDiffs;
  changeApply: ChangeApply;
  changeReject: ChangeReject;
  changeRestore: ChangeRestore;
  changeExport: ChangeExport;
  stagedWrites: StagedWrites;
  stashes: Stashes;
  stashApply: StashApply;
  droppedStashes: DroppedStashes;
  reviews: Reviews;
  trust: Trust;
  skills: Pick<Skills, "list">;
  files: Pick<FileIndex, "find">;
  fileViews: FileViews;
  fileSearch: FileSearch;
  fileSaves: FileSaves;
  blobs: Pick<Blobs, "store" | "open">;
  worktreeRisk: WorktreeRisk;
  deleteGuard: DeleteGuard;
  git: Omit<GitWork, "close" | "look">;
  proposeMessage(input: ProposeMessageInput): Promise<ProposedMessage>;
  worktreeWatch: Pick<WorktreeWatch, "open">;
  usage: UsageReports;
  terminals: Terminals;
  ports: Pick<PortBlocks, "look">;
  search: Pick<Search, "query" | "findInChat">;
  settings: SettingsStore;
  endpoints: Endpoints;
  access: Access;
  events: EventStream;
}

export interface ApiContext {
  parts: ApiParts;
  principal: Principal;
  /** One entry for each open subscription on this caller's connection. */
  subscriptions: Set<object>;
  /** Returns the number of bytes buffered in this caller's socket; 0 over HTTP. */
  bufferedBytes(): number;
  /** Closes this caller's socket; does nothing over HTTP. */
  closeSocket(reason: string): void;
}
