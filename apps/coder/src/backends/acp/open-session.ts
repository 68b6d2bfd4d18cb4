import { cutText } from "@boocode/shared/text/cut-text";
import { decideLoadError, isLoginNeeded } from "@boocode/shared/agents/decide-agent-error";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import type { Time } from "../../platform/time.ts";
import { pause } from "../../platform/time.ts";
import { InitializeAnswer, SessionAnswer } from "./wire/acp-wire.ts";
import { AcpSession, type AcpSessionInput } from "./acp-session.ts";
import { RpcError } from "./wire/rpc-errors.ts";

export interface OpenSessionInput extends AcpSessionInput {
  /** The session's folder. */
  worktreePath: string;
  /** An earlier session of the agent's to go on with. */
  resume: string | null;
  clientVersion: string;
  /** How long it may take until the session is there. */
  readyLimitMs: number;
}

/** An agent did not get as far as a session. Its message is for the person. */
class AcpStartError extends Error {
  override readonly name = "AcpStartError";
  readonly evidence: TaskEvidence;

  constructor(message: string, evidence: TaskEvidence) {
    super(message);
    this.evidence = evidence;
  }
}

/** The agent has no account to work with. */
export class LoginRequired extends Error {
  override readonly name = "LoginRequired";
  /** As the agent calls them. */
  readonly ways: readonly string[];

  constructor(ways: readonly string[]) {
    super("It wants you to log in first.");
    this.ways = ways;
  }
}

export interface OpenedSession {
  session: AcpSession;
  /** As the agent says. */
  version: string | null;
}

const PROTOCOL_VERSION = 1;
const MAX_WAYS = 10;
/** Before an earlier session is asked for once more, times the attempt. */
const RETRY_PAUSE_MS = 250;
/** Of what a program said before it ended: the first lines, since those behind them only follow from them. */
const MAX_SAID_LINES = 5;
const MAX_SAID_CHARS = 600;

/** Starts the program and opens its session: the earlier one where it can, else a new one. Throws {@link AcpStartError} or {@link LoginRequired}; nothing runs then. */
export async function openSession(input: OpenSessionInput): Promise<OpenedSession> {
  const { time, readyLimitMs } = input;
  const session = new AcpSession(input);
  const late = Promise.withResolvers<never>();
  const stop = time.after(readyLimitMs, () =>
    late.reject(new AcpStartError(`It did not get ready within ${Math.round(readyLimitMs / 1_000)} s.`, evidenceOf(session))),
  );
  const opened = handshake(session, input).catch(async (error: unknown) => {
    if (error instanceof AcpStartError || error instanceof LoginRequired) throw error;
    if (error instanceof RpcError) throw new AcpStartError(`It answered: ${cutText(error.message, 1_000)}`, evidenceOf(session));
    // What ends a request in the air is the end of the process, which says more.
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
  }
}

async function handshake(session: AcpSession, input: OpenSessionInput): Promise<OpenedSession> {
  const { worktreePath, resume, clientVersion, readyLimitMs, time } = input;
  // The whole has a limit, and each of its requests a later one.
  const limitMs = 2 * readyLimitMs;
  const { connection } = session;
  const { protocolVersion, agentInfo, agentCapabilities, authMethods } = read(
    InitializeAnswer,
    await connection.request(
      "initialize",
      {
        protocolVersion: PROTOCOL_VERSION,
        // Nothing of ours is offered: an agent reads and writes the worktree itself.
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        clientInfo: { name: "boocode", title: "BooCode", version: clientVersion },
      },
      limitMs,
    ),
    "initialize",
  );
  session.loginWays = authMethods.slice(0, MAX_WAYS).map(({ name }) => cutText(name, 200));
  if (protocolVersion !== PROTOCOL_VERSION) {
    throw new AcpStartError(`It speaks version ${protocolVersion} of the protocol, BooCode version ${PROTOCOL_VERSION}.`, {});
  }
  const place = { cwd: worktreePath, mcpServers: [] };
  const begin = (method: string, answered: unknown, earlier: string | null): void => {
    const answer = read(SessionAnswer, answered ?? {}, method);
    const id = earlier ?? answer.sessionId;
    if (!id) throw new AcpStartError(`Its answer to ${method} names no session.`, {});
    session.name(id, earlier === null ? "new" : "resumed");
    session.state.begin(answer);
  };
  const how = agentCapabilities?.sessionCapabilities?.resume ? "session/resume" : agentCapabilities?.loadSession ? "session/load" : null;
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
    if (lost !== null) session.leaveNews(describeLoss(lost, resume));
  }
  return { session, version: agentInfo?.version?.slice(0, 60) ?? null };
}

/** Asks for an earlier session until it is there or lost: a passing error must not cost a chat its context. */
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
      if (decision === "lost") return { kind: "lost", reason: `It answered: ${cutText(error.message, 500)}` };
    }
    await pause(time, attempt * RETRY_PAUSE_MS);
  }
}

/** With the earlier session's id, which is kept nowhere else once the chat has another one. */
function describeLoss(reason: string, earlier: string | null): string {
  return `The agent could not go on with its session ${earlier ?? ""} and began a new one: it does not know what was said here before. ${reason}`;
}

function read<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
  method: string,
): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AcpStartError(`Its answer to ${method} is not one of the Agent Client Protocol.`, {});
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
