import { cutText } from "@boocode/shared/text/cut-text";
import { decideLoadError, isLoginNeeded } from "@boocode/shared/agents/decide-agent-error";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import type { Interruption } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../../../platform/time.ts";
import { pause } from "../../../platform/time.ts";
import { InitializeAnswer, SessionAnswer } from "../wire/acp-wire.ts";
import { AcpSession, type AcpSessionInput } from "../acp-session.ts";
import { toLoginWays } from "./to-login-way.ts";
import { describeError } from "../to-turn-end.ts";
import { RpcError } from "../wire/rpc-errors.ts";

export interface OpenSessionInput extends AcpSessionInput {
  /** The session's folder. */
  worktreePath: string;
  /** The agent's earlier session to continue. */
  resume: string | null;
  clientVersion: string;
  /** The command that logs in; null if the agent names it itself. */
  login: readonly string[] | null;
  /** How long opening the session may take. */
  readyLimitMs: number;
  /** Ends the opening, and the program. */
  signal?: Interruption;
}

/** Thrown when an agent could not open a session. The message is shown to the person. */
class AcpStartError extends Error {
  override readonly name = "AcpStartError";
  readonly evidence: TaskEvidence;

  constructor(message: string, evidence: TaskEvidence) {
    super(message);
    this.evidence = evidence;
  }
}

/** Thrown when the agent requires a login. */
export class LoginRequired extends Error {
  override readonly name = "LoginRequired";
  /** The agent's names for its login methods. */
  readonly ways: readonly string[];

  constructor(ways: readonly string[]) {
    super("It wants you to log in first.");
    this.ways = ways;
  }
}

export interface OpenedSession {
  session: AcpSession;
  /** The version that the agent reports. */
  version: string | null;
  /** The request by which the agent forgets a session, or at least ends it; null if it has none. */
  forget: "session/delete" | "session/close" | null;
}

const PROTOCOL_VERSION = 1;
/** The pause before another attempt to load an earlier session, multiplied by the attempt number. */
const RETRY_PAUSE_MS = 250;
/** How many of a program's first output lines are reported when it ends; later lines are usually consequences. */
const MAX_SAID_LINES = 5;
const MAX_SAID_CHARS = 600;

/** Starts the program and opens its earlier session or a new one. Throws {@link AcpStartError} or {@link LoginRequired} after ending the program. */
export async function openSession(input: OpenSessionInput): Promise<OpenedSession> {
  const { time, readyLimitMs, signal } = input;
  const session = new AcpSession(input);
  const late = Promise.withResolvers<never>();
  const stop = time.after(readyLimitMs, () =>
    late.reject(new AcpStartError(`It did not get ready within ${Math.round(readyLimitMs / 1_000)} s.`, evidenceOf(session))),
  );
  const onAbort = () => late.reject(new AcpStartError("It was interrupted.", {}));
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  late.promise.catch(() => {});
  const opened = handshake(session, input).catch(async (error: unknown) => {
    if (error instanceof AcpStartError || error instanceof LoginRequired) throw error;
    if (error instanceof RpcError) throw new AcpStartError(`It answered: ${cutText(describeError(error), 1_000)}`, evidenceOf(session));
    // A lost request means that the process ended; its exit says more.
    const { evidence } = await session.gone;
    throw new AcpStartError(toReason(evidence, session), evidence);
  });
  try {
    return await Promise.race([opened, late.promise]);
  } catch (error) {
    opened.catch(() => {});
    await session.close();
    throw error;
  } finally {
    stop();
    signal?.removeEventListener("abort", onAbort);
  }
}

async function handshake(session: AcpSession, input: OpenSessionInput): Promise<OpenedSession> {
  const { worktreePath, resume, clientVersion, readyLimitMs, time } = input;
  // The whole start has a time limit; give each request a longer one.
  const limitMs = 2 * readyLimitMs;
  const { connection } = session;
  const { protocolVersion, agentInfo, agentCapabilities, authMethods } = read(
    InitializeAnswer,
    await connection.request(
      "initialize",
      {
        protocolVersion: PROTOCOL_VERSION,
        // Offer no file or terminal access: an agent reads and writes the worktree itself.
        // A login in a terminal is the person's to run; an agent names its command only to who can show one.
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false, auth: { terminal: true } },
        clientInfo: { name: "boocode", title: "BooCode", version: clientVersion },
      },
      limitMs,
    ),
    "initialize",
  );
  session.takesImages = agentCapabilities?.promptCapabilities?.image ?? false;
  session.embeds = agentCapabilities?.promptCapabilities?.embeddedContext ?? false;
  session.loginWays = toLoginWays(authMethods, input.argv, input.login);
  if (protocolVersion !== PROTOCOL_VERSION) {
    throw new AcpStartError(`It speaks version ${protocolVersion} of the protocol; BooCode needs version ${PROTOCOL_VERSION}.`, {});
  }
  const place = { cwd: worktreePath, mcpServers: [] };
  const begin = (method: string, answered: unknown, earlier: string | null): void => {
    const answer = read(SessionAnswer, answered ?? {}, method);
    const id = earlier ?? answer.sessionId;
    if (!id) throw new AcpStartError(`Its answer to ${method} has no session id.`, {});
    session.name(id, earlier === null ? "new" : "resumed");
    session.state.begin(answer);
  };
  const how = agentCapabilities?.sessionCapabilities?.resume ? "session/resume" : agentCapabilities?.loadSession ? "session/load" : null;
  session.canResume = how !== null;
  let lost = resume === null ? null : "It cannot go on with an earlier session.";
  if (resume !== null && how !== null) {
    const ask = () => connection.request(how, { sessionId: resume, ...place }, limitMs);
    session.beginReplay();
    const resumed = await askAgain(ask, session, time);
    lost = resumed.kind === "lost" ? resumed.reason : null;
    if (resumed.kind === "answer") begin(how, resumed.answer, resume);
  }
  if (resume === null || lost !== null) {
    session.endReplay();
    const answer = await connection.request("session/new", place, limitMs).catch((error: unknown) => {
      if (error instanceof RpcError && isLoginNeeded(error, session.loginWays.length > 0)) throw new LoginRequired(session.loginWays);
      throw error;
    });
    begin("session/new", answer, null);
    if (lost !== null) session.leaveNews("warning", describeLoss(lost, resume));
  }
  const { delete: canDelete, close: canClose } = agentCapabilities?.sessionCapabilities ?? {};
  const forget = canDelete ? "session/delete" : canClose ? "session/close" : null;
  return { session, version: agentInfo?.version?.slice(0, 60) ?? null, forget };
}

/** Retries loading an earlier session until it is open or lost, so that a temporary error does not lose a chat's context. */
async function askAgain(
  ask: () => Promise<unknown>,
  session: AcpSession,
  time: Pick<Time, "after">,
): Promise<{ kind: "answer"; answer: unknown } | { kind: "lost"; reason: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { kind: "answer", answer: await ask() };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const decision = decideLoadError(error, attempt, session.loginWays.length > 0);
      if (decision === "log_in") throw new LoginRequired(session.loginWays);
      if (decision === "lost") return { kind: "lost", reason: `It answered: ${cutText(describeError(error), 500)}` };
    }
    await pause(time, attempt * RETRY_PAUSE_MS);
  }
}

/** Describes a lost session. It includes the earlier session's id, which is not stored anywhere else. */
function describeLoss(reason: string, earlier: string | null): string {
  return `The agent could not resume its session ${earlier ?? ""} and began a new one. It knows of the earlier conversation only what it is told now. ${reason}`;
}

function read<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
  method: string,
): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AcpStartError(`Its answer to ${method} is not valid in the Agent Client Protocol.`, {});
  return parsed.data;
}

function evidenceOf({ stderrTail }: AcpSession): TaskEvidence {
  return stderrTail === "" ? {} : { stderrTail };
}

function toReason({ message = "It ended.", stderrTail = "" }: TaskEvidence, { firstBadLine }: AcpSession): string {
  const said = stderrTail
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, MAX_SAID_LINES)
    .join("\n")
    .slice(0, MAX_SAID_CHARS);
  const instead = firstBadLine === "" ? "" : ` In place of the protocol it wrote: “${firstBadLine}”`;
  return `${message}${said === "" ? "" : ` It said: ${said}`}${instead}`;
}
