import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEvent, ChatEventBody } from "@boocode/shared/chats/chat-event";
import { ChatId, ProjectId, SessionId, TaskId } from "@boocode/shared/ids";
import { buildChat, buildProject, buildSession } from "@boocode/shared/testing/build";
import { judgeDataDirectory } from "@boocode/testkit/oracle";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection } from "../test-client.ts";

const KILLS = 100;
const JUDGE_EVERY = 20;
/** A kill comes after this many further events at most, wherever in a turn that is. */
const MOST_EVENTS = 60;
const OLD_SESSIONS = 20;
const OLD_EVENTS = 16_000;
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");

it(`F3 D1 E2 a daemon with 100 MB of journal, killed ${KILLS} times at random: a subscriber loses nothing and gets nothing twice`, async () => {
  const random = createRandom(SEED);
  const home = await TestHome.make();
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  await fillJournal(home);

  const ledger = { promptIds: [] as string[], events: [] as ChatEvent[] };
  const restartsMs: number[] = [];
  let place: { sessionId: SessionId; chatId: ChatId } | null = null;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const startedAt = performance.now();
    const program = home.spawn();
    const daemon = await program.ready();
    restartsMs.push(performance.now() - startedAt);
    place ??= await openChat(daemon, repository.path);
    const { client, close } = openConnection(daemon);
    const follower: Follower = new Follower(client, place.sessionId, ledger.events.at(-1)?.seq ?? 0);
    const ends = () => countEnds(ledger.events) + countEnds(follower.events);
    await follower.until(() => ends() === kill);
    const promptId = mintPromptId();
    await callOver(daemon).tasks.send.mutate({ promptId, chatId: place.chatId, agent: BOOCODE, text: toPrompt(kill) });
    ledger.promptIds.push(promptId);
    const wanted = follower.events.length + 1 + Math.floor(random() * MOST_EVENTS);
    await follower.until(() => follower.events.length >= wanted || ends() > kill);
    await program.end("SIGKILL");
    follower.stop();
    await close();
    ledger.events.push(...follower.events);
    if (kill % JUDGE_EVERY === JUDGE_EVERY - 1) await expectInOrder(home, place.sessionId, ledger);
  }

  const program = home.spawn();
  const daemon = await program.ready();
  const { client } = openConnection(daemon);
  const whole = new Follower(client, place!.sessionId);
  const last = new Follower(client, place!.sessionId, ledger.events.at(-1)!.seq);
  await whole.until(() => countEnds(whole.events) === KILLS);
  await last.until(() => countEnds(ledger.events) + countEnds(last.events) === KILLS);
  // Whoever came back after each kill has read what a reader from the start reads.
  const chatId = place!.chatId;
  const shown = ({ items }: { items: readonly unknown[] }) => JSON.stringify(items);
  expect(shown(applyChatEvents(emptyTranscript(chatId), [...ledger.events, ...last.events]))).toBe(
    shown(applyChatEvents(emptyTranscript(chatId), whole.events)),
  );
  expect(await program.end("SIGTERM")).toBe(0);
  await expectInOrder(home, place!.sessionId, ledger);
  const sorted = restartsMs.slice(1).toSorted((a, b) => a - b);
  const at = (share: number) => `${Math.round(sorted[Math.floor(share * (sorted.length - 1))]!)} ms`;
  process.stdout.write(
    `${KILLS} kills, ${ledger.events.length} events seen; restart to ready: median ${at(0.5)}, 95 % within ${at(0.95)}\n`,
  );
});

interface Ledger {
  promptIds: readonly string[];
  events: readonly ChatEvent[];
}

async function expectInOrder(home: TestHome, sessionId: SessionId, { promptIds, events }: Ledger): Promise<void> {
  const seqs = events.map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  // Judged after a start in order has settled what the kill left open.
  const program = home.spawn();
  const daemon = await program.ready();
  const api = callOver(daemon);
  const { client, close } = openConnection(daemon);
  const follower = new Follower(client, sessionId);
  for (const { id } of await api.tasks.list.query({ sessionId, limit: 200 })) await follower.end(id);
  await close();
  expect(await program.end("SIGTERM")).toBe(0);
  expect(await judgeDataDirectory({ dataDir: home.dataDir, promptIds, seen: new Map([[sessionId, events]]) })).toEqual([]);
}

const countEnds = (events: readonly ChatEvent[]) => events.filter(({ body }) => body.type === "task.ended").length;

function toPrompt(kill: number): string {
  const prompts = [
    "explain README.md",
    `create a file note-${kill}.txt that says ${kill}`,
    "run git log",
    `append a line to note-${kill}.txt`,
  ];
  return prompts[kill % prompts.length]!;
}

async function openChat(daemon: DaemonAddress, path: string) {
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId });
  const { id: chatId } = await api.chats.create.mutate({ sessionId });
  return { sessionId, chatId };
}

/** About 100 MB of ended turns in sessions of their own. */
async function fillJournal(home: TestHome): Promise<void> {
  await mkdir(home.dataDir, { recursive: true, mode: 0o700 });
  await using db = await openDatabase({ file: join(home.dataDir, "boocode.db") });
  const projectId = ProjectId.parse("prj_00000000000000000000000001");
  await db.write("normal", (tx) => insertProject(tx, buildProject({ id: projectId, name: "old", path: "/projects/old" })));
  for (let number = 0; number < OLD_SESSIONS; number += 1) {
    const end = number.toString().padStart(26, "0");
    const sessionId = SessionId.parse(`ses_${end}`);
    const chatId = ChatId.parse(`chat_${end}`);
    const taskId = TaskId.parse(`task_${end}`);
    await db.write("normal", async (tx, announce) => {
      await insertSession(tx, buildSession({ id: sessionId, projectId, title: `Old ${number}` }));
      await insertChat(tx, buildChat({ id: chatId, sessionId, title: "Old" }));
      const bodies = Array.from({ length: OLD_EVENTS }, (_, index): ChatEventBody => {
        const text = `${index} `.padEnd(160, "old words ");
        return { type: "text.delta", partId: `${taskId}:part-${Math.floor(index / 50)}`, offset: (index % 50) * text.length, text };
      });
      await appendChatEvents(
        tx,
        announce,
        sessionId,
        bodies.map((body, at) => ({ chatId, taskId, at, body })),
      );
    });
  }
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function createRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
