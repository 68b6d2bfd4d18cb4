import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createRepository } from "@boocode/testkit/repo-builder";
import { answer, call, say, startRealOpencode } from "./opencode-fixture.ts";

// The first prompt loads about fifty plugins, which takes seconds on an idle machine and a minute on a busy one.
vi.setConfig({ testTimeout: 240_000 });

let opencode: Awaited<ReturnType<typeof startRealOpencode>>;
beforeAll(async () => {
  opencode = await startRealOpencode();
}, 240_000);
afterAll(() => opencode[Symbol.asyncDispose]());

async function writeCommand(folder: string, name: string, words: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.md`), `---\ndescription: Does ${name}\n---\n${words} $ARGUMENTS\n`);
}

describe("What the real opencode knows of a folder", () => {
  it("tells its commands the ports of their worktree, though one server runs those of all", async () => {
    await using one = await opencode.setUp(({ body }) =>
      body.messages.at(-1)?.role === "tool" ? answer("Listed.") : call("bash", { command: "env", description: "Lists" }),
    );
    await using other = await createRepository({ "README.md": "# Test\n" });
    const starts = opencode.starts();
    for (const [worktreePath, port] of [
      [one.worktree.path, "21010"],
      [other.path, "21020"],
    ] as const) {
      const env = { ...one.opening.env, BOOCODE_PORT_BASE: port, PORT: port };
      const { events } = await say(await one.backend.open({ ...one.opening, worktreePath, env }), "List it");
      const listed = events.flatMap((event) => (event.type === "tool.updated" ? [event.result.output ?? ""] : [])).at(-1);
      expect(listed?.match(/^(?:BOOCODE_PORT_BASE|PORT)=.*$/gm)?.toSorted()).toEqual([`BOOCODE_PORT_BASE=${port}`, `PORT=${port}`]);
    }
    expect(opencode.starts()).toBe(starts);
  });

  it("is read anew once it has changed: when the person looks, in every chat of the folder, and by the next turn", async () => {
    const asked: string[] = [];
    await using subject = await opencode.setUp(
      ({ body }) => {
        asked.push(JSON.stringify(body.messages.findLast(({ role }) => role === "user")?.content));
        return answer("Done.");
      },
      { hasOwnWorktree: true },
    );
    const { backend, opening, worktree } = subject;
    const conversation = await backend.open(opening);
    const other = await backend.open(opening);
    const known = { here: [] as readonly SlashCommand[], there: [] as readonly SlashCommand[] };
    conversation.onCommands?.((commands) => (known.here = commands));
    other.onCommands?.((commands) => (known.there = commands));
    const names = (commands: readonly SlashCommand[]) => commands.map(({ name }) => name);
    expect((await say(conversation, "Begin")).end.state).toBe("completed");
    await expect.poll(() => names(known.there)).toContain("init");

    await writeCommand(join(worktree.path, ".opencode/command"), "greet", "Say hello to");
    await conversation.renew?.(async () => false);
    expect(names(known.here)).not.toContain("greet");
    await conversation.renew?.(async () => true);
    await expect.poll(() => names(known.here)).toContain("greet");
    await expect.poll(() => names(known.there)).toContain("greet");
    expect((await say(other, "/greet the team")).end.state).toBe("completed");
    expect(asked.at(-1)).toContain("Say hello to the team");

    // Without anybody who looks, the next turn has it.
    await writeCommand(join(worktree.path, ".opencode/command"), "leave", "Say goodbye to");
    await mkdir(join(worktree.path, ".claude/skills/knit"), { recursive: true });
    await writeFile(join(worktree.path, ".claude/skills/knit/SKILL.md"), "---\nname: knit\ndescription: Knits\n---\nKnit one.\n");
    expect(await say(conversation, "/leave the team")).toMatchObject({ text: "Done.", end: { state: "completed" } });
    expect(asked.at(-1)).toContain("Say goodbye to the team");
    await expect.poll(() => names(known.here)).toEqual(expect.arrayContaining(["leave", "knit"]));

    await rm(join(worktree.path, ".opencode/command/greet.md"));
    await writeCommand(join(opencode.home, ".config/opencode/command"), "mine", "Mine");
    await conversation.renew?.(async () => true);
    await expect.poll(() => names(known.here)).toContain("mine");
    expect(names(known.here)).not.toContain("greet");
    // Nothing has changed since: nothing is asked.
    await conversation.renew?.(() => Promise.reject(new Error("Asked again")));
  });
});
