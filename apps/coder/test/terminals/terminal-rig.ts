import { once } from "node:events";

import type { Terminal, TerminalFrame } from "@boocode/shared/terminals/terminal";
import { createRepository } from "@boocode/testkit/repo-builder";
import { onTestFinished } from "vitest";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";
import { callOver, openConnection } from "../test-client.ts";

export const SIZE = { cols: 80, rows: 24 };
/** The machine may be busy. */
export const PATIENT = { timeout: 30_000 };

/** A home whose login shell says nothing of its own. */
export async function makeTerminalHome(env: Readonly<Record<string, string>> = {}): Promise<TestHome> {
  return TestHome.make({ SHELL: "/bin/sh", PS1: "", ...env });
}

/** A session of a new project. */
async function openSession(daemon: DaemonAddress, files: Record<string, string> = { "README.md": "# Test\n" }) {
  const repository = await createRepository(files);
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  return { api, sessionId, repository, project };
}

/** A reader of a terminal, as the page is one: it asks again when a round is over. */
export class TerminalReader {
  text = "";
  lost = 0;
  frames: TerminalFrame[] = [];
  #place: { stream: string; offset: number } | Record<string, never> = {};
  #stop = () => {};
  readonly #connection: ReturnType<typeof openConnection>;
  readonly #terminalId: Terminal["id"];
  readonly #told = new EventTarget();

  constructor(daemon: DaemonAddress, terminalId: Terminal["id"]) {
    this.#connection = openConnection(daemon);
    this.#terminalId = terminalId;
    this.#ask();
  }

  get place() {
    return this.#place;
  }

  close(): void {
    this.#stop();
  }

  /** Ends its connection too, and keeps nothing of what came: a test that runs for an hour has very many of these. */
  async forget(): Promise<void> {
    this.close();
    [this.text, this.frames] = ["", []];
    await this.#connection.close();
  }

  /** Resolves when the text fits. */
  async waitFor(fits: RegExp | ((text: string) => boolean)): Promise<string> {
    const isThere = () => (fits instanceof RegExp ? fits.test(this.text) : fits(this.text));
    while (!isThere()) await once(this.#told, "more");
    return this.text;
  }

  #ask(): void {
    const subscription = this.#connection.client.terminals.output.subscribe(
      { terminalId: this.#terminalId, ...this.#place },
      {
        onData: (frame) => {
          this.frames.push(frame);
          this.text += frame.text;
          this.lost += frame.lost;
          this.#place = { stream: frame.stream, offset: frame.offset + frame.text.length };
          this.#told.dispatchEvent(new Event("more"));
        },
        onComplete: () => this.#ask(),
      },
    );
    this.#stop = () => subscription.unsubscribe();
  }
}

/** A terminal in a session of its own, with a reader. */
export async function openTerminal(
  daemon: DaemonAddress,
  files?: Record<string, string>,
  prepare: (session: Awaited<ReturnType<typeof openSession>>) => Promise<unknown> = async () => {},
) {
  const session = await openSession(daemon, files);
  await prepare(session);
  const { api, sessionId } = session;
  const terminal = await api.terminals.open.mutate({ sessionId, size: SIZE });
  const reader = new TerminalReader(daemon, terminal.id);
  const type = (text: string) => api.terminals.write.mutate({ terminalId: terminal.id, text });
  const find = async () => (await api.terminals.list.query({ sessionId })).find(({ id }) => id === terminal.id);
  return { ...session, terminal, reader, type, find };
}
