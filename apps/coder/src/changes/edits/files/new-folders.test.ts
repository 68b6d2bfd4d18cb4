import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "../../turns-fixture.ts";
import { removeTemporaries, snapshot } from "../edit-cases-fixture.ts";

const NEW = {
  "made/a.txt": "a\n",
  "made/deep/b.txt": "b\n",
  "made/deep/c é.txt": "c\n",
  "there/new/d.txt": "d\n",
};

/** A session in which an agent has made folders with files; something happens in the checkout at a failpoint of applying them. */
async function createMade() {
  const setup = await createTurns({ "there/kept.txt": "kept\n" });
  await setup.turn("qwen", async () => {
    await setup.write(NEW);
    symlinkSync("a.txt", join(setup.worktree.path, "made/link"));
  });
  const changeIds = (await setup.pending.list(setup.sessionId)).map(({ id }) => id);
  const at = (path: string) => join(setup.repository.path, path);
  const apply = (point: string, act: () => void | Promise<void>) =>
    setup.openEdits((name) => (name === point ? act() : undefined)).apply.apply({ sessionId: setup.sessionId, changeIds });
  return Object.assign(setup, { at, applyWith: apply, after: snapshot(setup.worktree.path), before: snapshot(setup.repository.path) });
}

it("a new folder comes with all that is in it at once, and leaves no temporary one", async () => {
  await using setup = await createMade();
  let seen: string[] = [];
  await setup.applyWith("edit.file.0", () => void (seen = readdirSync(setup.at("made"), { recursive: true }) as string[]));
  expect(seen.toSorted()).toEqual(["a.txt", "deep", "deep/b.txt", "deep/c é.txt", "link"]);
  expect(snapshot(setup.repository.path)).toEqual(setup.after);
  expect(removeTemporaries(setup.repository.path)).toBe(0);
});

it("a folder that somebody makes meanwhile stays theirs, and gets the files beside what is in it", async () => {
  await using setup = await createMade();
  await setup.applyWith("edit.temporaries", () => {
    mkdirSync(setup.at("made/deep"), { recursive: true, mode: 0o700 });
    writeFileSync(setup.at("made/deep/person.txt"), "person\n");
    mkdirSync(setup.at("there/new"), { mode: 0o700 });
  });
  expect(snapshot(setup.repository.path)).toEqual(new Map([...setup.after, ["made/deep/person.txt", "file person\n"]]));
  expect(statSync(setup.at("there/new")).mode & 0o777).toBe(0o700);
  expect(removeTemporaries(setup.repository.path)).toBe(0);
});

it("a file that somebody writes where another new folder was still to come takes all back", async () => {
  await using setup = await createMade();
  const applied = setup.applyWith("edit.file.0", () => writeFileSync(setup.at("there/new"), "person\n"));
  await expect(applied).rejects.toMatchObject({ fault: { kind: "moved_on", paths: ["there/new/d.txt"] } });
  expect(snapshot(setup.repository.path)).toEqual(new Map([...setup.before, ["there/new", "file person\n"]]));
  expect(removeTemporaries(setup.repository.path)).toBe(0);
});

it("F4 a new folder that a killed daemon was filling is removed at the next start, which makes it anew", async () => {
  await using setup = await createMade();
  const child = spawn(process.execPath, ["-e", ""]);
  const { pid } = child;
  await once(child, "exit");
  const left = `.boocode-${pid}-1-0123456789abcdef.tmp`;
  const crashed = Promise.withResolvers<void>();
  void setup.applyWith("edit.recorded", () => {
    mkdirSync(setup.at(`${left}/deep`), { recursive: true });
    writeFileSync(setup.at(`${left}/deep/b.txt`), "half");
    crashed.resolve();
    return new Promise<never>(() => {});
  });
  await crashed.promise;
  await setup.openEdits(() => {}).recover();
  expect(existsSync(setup.at(left))).toBe(false);
  expect(snapshot(setup.repository.path)).toEqual(setup.after);
  // In the worktree it is no change, and goes as well.
  mkdirSync(join(setup.worktree.path, left, "deep"), { recursive: true });
  writeFileSync(join(setup.worktree.path, left, "deep/b.txt"), "half");
  await setup.turn("qwen", async () => {});
  expect(await setup.pending.list(setup.sessionId)).toEqual([]);
  expect(existsSync(join(setup.worktree.path, left))).toBe(false);
  expect(readFileSync(setup.at("there/kept.txt"), "utf8")).toBe("kept\n");
});
