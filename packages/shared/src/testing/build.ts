import type { Agent } from "../agents/agent.ts";
import type { AgentSessionRecord } from "../agents/agent-session-record.ts";
import type { ChatEvent, ChatEventBody } from "../chats/chat-event.ts";
import type { Chat } from "../chats/chat.ts";
import type { Permission } from "../agents/permissions/permission.ts";
import { AgentId, ChangeId, ChatId, PermissionId, ProjectId, PromptId, SessionId, TaskId, TrashId, WorktreeId } from "../ids.ts";
import type { PendingChange } from "../changes/pending-change.ts";
import type { Project } from "../projects/project.ts";
import type { SessionRecord } from "../sessions/session.ts";
import type { SendPromptInput, Task } from "../tasks/task.ts";
import type { TrashRecord } from "../trash/trash-entry.ts";
import type { Worktree } from "../worktrees/worktree.ts";

/** Builders of complete, valid records: a test states only what it is about. Times begin at 1,000. */
const AT = 1_000;

const ids = {
  project: ProjectId.parse("project-1"),
  session: SessionId.parse("session-1"),
  chat: ChatId.parse("chat-1"),
  task: TaskId.parse("task-1"),
  prompt: PromptId.parse("prompt-1"),
  permission: PermissionId.parse("permission-1"),
  worktree: WorktreeId.parse("worktree-1"),
  agent: AgentId.parse("boocode"),
} as const;

/** The default ids of built records. */
export const BUILT_IDS = ids;

export function buildProject(given: Partial<Project> = {}): Project {
  return {
    id: ids.project,
    hostId: "local",
    name: "demo",
    path: "/projects/demo",
    defaultBranch: "main",
    isDemo: false,
    createdAt: AT,
    ...given,
  };
}

export function buildSession(given: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: ids.session,
    projectId: ids.project,
    title: "A session",
    baseRef: null,
    adoptedBranch: null,
    archived: false,
    lastSeq: 0,
    createdAt: AT,
    lastActivityAt: AT,
    deletedAt: null,
    ...given,
  };
}

/** A deletion that has just begun. */
export function buildTrash(given: Partial<TrashRecord> = {}): TrashRecord {
  return {
    id: TrashId.parse("trash-1"),
    kind: "session",
    sessionId: ids.session,
    projectId: ids.project,
    worktreeId: null,
    title: "A session",
    branch: null,
    state: "intended",
    holds: "records",
    isForced: false,
    worktree: null,
    beganAt: AT,
    deletedAt: null,
    expiresAt: null,
    ...given,
  };
}

export function buildChat(given: Partial<Chat> = {}): Chat {
  return {
    id: ids.chat,
    sessionId: ids.session,
    title: "A chat",
    agent: ids.agent,
    model: "",
    mode: "",
    closedAt: null,
    createdAt: AT,
    lastActivityAt: AT,
    ...given,
  };
}

/** Builds a queued task. */
export function buildTask(given: Partial<Task> = {}): Task {
  return {
    id: ids.task,
    promptId: ids.prompt,
    sessionId: ids.session,
    chatId: ids.chat,
    agent: ids.agent,
    model: "",
    mode: "",
    kind: "message",
    text: "Do it",
    attachments: [],
    state: "queued",
    cause: null,
    evidence: null,
    usage: null,
    acceptedSeq: 1,
    position: given.acceptedSeq ?? 1,
    notBefore: null,
    steers: null,
    continues: null,
    continuesLeft: null,
    ignoresBudget: false,
    stopRequestedAt: null,
    createdAt: AT,
    startedAt: null,
    endedAt: null,
    ...given,
  };
}

/** Builds the prompt of {@link buildTask}'s task. */
export function buildPrompt(given: Partial<SendPromptInput> = {}): SendPromptInput {
  return { promptId: ids.prompt, chatId: ids.chat, agent: ids.agent, text: "Do it", ...given };
}

/** Builds an event of the default chat and task. */
export function buildEvent(body: ChatEventBody, given: Partial<ChatEvent> = {}): ChatEvent {
  return { sessionId: ids.session, seq: 1, chatId: ids.chat, taskId: ids.task, at: AT, body, ...given };
}

/** Builds consecutive events: dense seqs from `firstSeq`, one millisecond apart. */
export function buildEvents(bodies: readonly ChatEventBody[], given: Partial<ChatEvent> = {}, firstSeq = 1): ChatEvent[] {
  return bodies.map((body, index) => buildEvent(body, { at: AT + firstSeq + index, ...given, seq: firstSeq + index }));
}

export function buildAgent(given: Partial<Agent> = {}): Agent {
  return {
    id: ids.agent,
    name: "BooCode",
    available: true,
    version: "1.0.0",
    transport: "native",
    supportsAcp: false,
    models: [],
    defaultModel: "",
    takes: { images: null, paths: false },
    modes: [],
    diagnosis: "Ready.",
    installHint: null,
    problem: null,
    update: null,
    ...given,
  };
}

/** Builds an open permission for a command, with every kind of option; each option's id is its kind. */
export function buildPermission(given: Partial<Permission> = {}): Permission {
  return {
    id: ids.permission,
    sessionId: ids.session,
    chatId: ids.chat,
    taskId: ids.task,
    agent: ids.agent,
    callId: null,
    title: "Run make all",
    toolKind: "command",
    paths: [],
    argv: ["make", "all"],
    cwd: null,
    options: (["allow_once", "allow_always", "reject_once"] as const).map((kind) => ({ id: kind, label: kind, kind })),
    optionId: null,
    resolvedBy: null,
    requestedAt: AT,
    resolvedAt: null,
    ...given,
  };
}

export function buildAgentSession(given: Partial<AgentSessionRecord> = {}): AgentSessionRecord {
  return {
    chatId: ids.chat,
    agent: ids.agent,
    sessionId: ids.session,
    worktreeId: ids.worktree,
    backend: "native",
    agentSessionId: null,
    canResume: true,
    seenSeq: 0,
    configHash: "hash-1",
    status: "idle",
    continuity: "new",
    generation: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cost: 0,
    contextUsed: null,
    contextSize: null,
    createdAt: AT,
    lastUsedAt: AT,
    ...given,
  };
}

export function buildWorktree(given: Partial<Worktree> = {}): Worktree {
  return {
    id: ids.worktree,
    sessionId: ids.session,
    projectId: ids.project,
    hostId: "local",
    path: "/worktrees/session-1",
    branch: "boocode/a-session-session-1",
    adopted: null,
    baseCommit: "1".repeat(40),
    baseTree: "2".repeat(40),
    lastCheckpoint: null,
    device: "1",
    inode: "1",
    state: "live",
    head: null,
    setUpAt: null,
    createdAt: AT,
    ...given,
  };
}

export function buildChange(given: Partial<PendingChange> = {}): PendingChange {
  return {
    id: ChangeId.parse("chg_1"),
    sessionId: ids.session,
    path: "src/a.ts",
    operation: "modified",
    location: "worktree",
    agent: ids.agent,
    agents: [ids.agent],
    chatIds: [ids.chat],
    taskIds: [ids.task],
    additions: 1,
    deletions: 0,
    binary: false,
    evidence: "tool",
    state: "pending",
    stale: false,
    ...given,
  };
}
