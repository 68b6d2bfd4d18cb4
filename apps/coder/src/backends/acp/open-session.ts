import type { TaskEvidence } from "@boocode/shared/tasks/task";
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
const AUTH_REQUIRED = -32_000;
const MAX_WAYS = 10;

/** Starts the program and opens its session: the earlier one where it can, else a new one. Throws {@link AcpStartError} or {@link LoginRequired}; nothing runs then. */
export async function openSession(input: OpenSessionInput): Promise<OpenedSession> {
  const { scheduler, readyLimitMs } = input;
  const session = new AcpSession(input);
  const late = Promise.withResolvers<never>();
  const stop = scheduler.after(readyLimitMs, () =>
    late.reject(new AcpStartError(`It did not get ready within ${Math.round(readyLimitMs / 1_000)} s.`, evidenceOf(session))),
  );
  const opened = handshake(session, input).catch(async (error: unknown) => {
    if (error instanceof AcpStartError || error instanceof LoginRequired) throw error;
    if (error instanceof RpcError) throw new AcpStartError(`It answered: ${error.message.slice(0, 1_000)}`, evidenceOf(session));
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
  const { worktreePath, resume, clientVersion, readyLimitMs } = input;
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
  session.loginWays = authMethods.slice(0, MAX_WAYS).map(({ name }) => name.slice(0, 200));
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
  const isResumed =
    resume !== null &&
    how !== null &&
    (await session.replaying(() =>
      connection.request(how, { sessionId: resume, ...place }, limitMs).then(
        (answer) => {
          begin(how, answer, resume);
          return true;
        },
        (error: unknown) => {
          // It does not know that session any more: the chat goes on in a new one, and says so.
          if (!(error instanceof RpcError)) throw error;
          if (error.code === AUTH_REQUIRED) throw new LoginRequired(session.loginWays);
          return false;
        },
      ),
    ));
  if (!isResumed) {
    const answer = await connection.request("session/new", place, limitMs).catch((error: unknown) => {
      if (!(error instanceof RpcError) || error.code !== AUTH_REQUIRED) throw error;
      throw new LoginRequired(session.loginWays);
    });
    begin("session/new", answer, null);
  }
  return { session, version: agentInfo?.version?.slice(0, 60) ?? null };
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

function toReason({ message = "It ended.", stderrTail }: TaskEvidence, { badLineCount }: AcpSession): string {
  const said = stderrTail
    ?.split("\n")
    .findLast((line) => line.trim() !== "")
    ?.slice(0, 300);
  const lines = badLineCount === 0 ? "" : ` It wrote ${badLineCount} lines that are no messages.`;
  return `${message}${said ? ` It said: ${said}` : ""}${lines}`;
}
