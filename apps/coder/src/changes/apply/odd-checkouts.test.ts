import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const applyAll = async ({ apply, pending, sessionId }: Turns) =>
  apply.apply({ sessionId, changeIds: (await pending.list(sessionId)).map(({ id }) => id) });
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );

it("W11 a name that differs only by case goes through, also where the file system ignores case", async () => {
  await using setup = await createTurns({ "Readme.md": "same\nlines\n", "dir/x": "x\n" });
  const { repository, worktree } = setup;
  const rename = () => {
    renameSync(join(worktree.path, "Readme.md"), join(worktree.path, "README.md"));
    return Promise.resolve();
  };
  await setup.turn("qwen", rename);
  const { applyId } = await applyAll(setup);
  expect(readdirSync(repository.path).filter((name) => /readme/i.test(name))).toEqual(["README.md"]);
  await setup.apply.undo({ sessionId: setup.sessionId, applyId });
  await repository.git("config", "core.ignoreCase", "true");
  await applyAll(setup);
  expect(readdirSync(repository.path).filter((name) => /readme/i.test(name))).toEqual(["README.md"]);

  // Another file that would be the same name there is in the way.
  await setup.turn("qwen", () => setup.write({ "New.txt": "new\n", "a.TXT": "1\n", "A.txt": "2\n" }));
  expect(await faultOf(applyAll(setup))).toMatchObject({ kind: "apply_conflict", conflicts: [{ because: "in_the_way" }] });
});

it("W11 line ends, filters and modes that a checkout converts play no part", async () => {
  await using setup = await createTurns({ ".gitattributes": "*.txt text eol=crlf\n", "a.txt": "1\n2\n3\n", "run.sh": "x\n" });
  const { repository, worktree } = setup;
  await repository.git("config", "core.fileMode", "false");
  rmSync(join(repository.path, "a.txt"));
  await repository.git("checkout", "--quiet", "--", "a.txt");
  expect(readFileSync(join(repository.path, "a.txt"), "utf8")).toBe("1\r\n2\r\n3\r\n");
  chmodSync(join(repository.path, "run.sh"), 0o755);
  await setup.turn("qwen", async () => {
    writeFileSync(join(worktree.path, "a.txt"), "1\r\ntwo\r\n3\r\n");
    writeFileSync(join(worktree.path, "run.sh"), "y\n");
  });
  await applyAll(setup);
  expect(readFileSync(join(repository.path, "a.txt"), "utf8")).toBe("1\r\ntwo\r\n3\r\n");
  expect(readFileSync(join(repository.path, "run.sh"), "utf8")).toBe("y\n");
});

it("a file that is replaced keeps the person's permissions", async () => {
  await using setup = await createTurns({ "secret.env": "a\n", "tool.sh": "a\n" });
  const at = (name: string) => join(setup.repository.path, name);
  chmodSync(at("secret.env"), 0o600);
  await setup.turn("qwen", async () => {
    await setup.write({ "secret.env": "b\n" });
    chmodSync(join(setup.worktree.path, "tool.sh"), 0o755);
  });
  chmodSync(at("tool.sh"), 0o640);
  await applyAll(setup);
  expect(lstatSync(at("secret.env")).mode & 0o777).toBe(0o600);
  expect(lstatSync(at("tool.sh")).mode & 0o777).toBe(0o750);
});

it("folders without a file are nothing, where a file comes in the checkout and where one comes back in the worktree", async () => {
  await using setup = await createTurns({ "dir/deep/x": "x\n", "gone.txt": "gone\n" });
  const { repository, worktree, sessionId, reject, apply, pending } = setup;
  await setup.turn("qwen", async () => {
    rmSync(join(worktree.path, "dir"), { recursive: true });
    await setup.write({ dir: "a file now\n" });
    rmSync(join(worktree.path, "gone.txt"));
    mkdirSync(join(worktree.path, "gone.txt/left/over"), { recursive: true });
  });
  // As the person's `rm` leaves it.
  rmSync(join(repository.path, "dir/deep/x"));
  const gone = (await pending.list(sessionId)).filter(({ path }) => path === "gone.txt").map(({ id }) => id);
  const { rejectId } = await reject.reject({ sessionId, changeIds: gone });
  expect(readFileSync(join(worktree.path, "gone.txt"), "utf8")).toBe("gone\n");
  await reject.undo({ sessionId, rejectId });
  expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual(["dir", "dir/deep/x", "gone.txt"]);
  const { applyId } = await applyAll(setup);
  expect(readFileSync(join(repository.path, "dir"), "utf8")).toBe("a file now\n");
  await apply.undo({ sessionId, applyId });
  // A folder with a file of the person's is no room for a file.
  await repository.write({ "dir/deep/mine.txt": "mine\n" });
  expect(await faultOf(applyAll(setup))).toMatchObject({ kind: "apply_conflict", conflicts: [{ path: "dir", because: "in_the_way" }] });
  expect(readFileSync(join(repository.path, "dir/deep/mine.txt"), "utf8")).toBe("mine\n");
});

it("a file of 50 MB is applied within bounded memory", async () => {
  const big = (letter: string) => Buffer.alloc(50 * 1024 * 1024, letter);
  await using setup = await createTurns({ "big.bin": big("a"), "small.txt": "a\n" });
  await setup.turn("qwen", async () => {
    writeFileSync(join(setup.worktree.path, "big.bin"), big("b"));
    await setup.write({ "small.txt": "b\n" });
  });
  let peak = 0;
  const before = process.memoryUsage().rss;
  const { apply } = setup.openEdits(() => void (peak = Math.max(peak, process.memoryUsage().rss)));
  await apply.apply({ sessionId: setup.sessionId, changeIds: (await setup.pending.list(setup.sessionId)).map(({ id }) => id) });
  expect(readFileSync(join(setup.repository.path, "big.bin")).equals(big("b"))).toBe(true);
  expect((peak - before) / 1024 / 1024).toBeLessThan(300);
});

it("says that a file in the place of a folder, and one in the folder that a file became, are applied with what they replace", async () => {
  await using setup = await createTurns({ "folder/a": "a\n", "folder/b": "b\n", file: "file\n" });
  const { repository, worktree, apply, pending, sessionId } = setup;
  await setup.turn("qwen", async () => {
    for (const path of ["folder", "file"]) rmSync(join(worktree.path, path), { recursive: true });
    await setup.write({ folder: "now a file\n", "file/inside": "inside\n" });
  });
  const rows = await pending.list(sessionId);
  const changeIds = (...paths: string[]) => rows.filter(({ path }) => paths.includes(path)).map(({ id }) => id);
  const tryApply = (...paths: string[]) => faultOf(apply.apply({ sessionId, changeIds: changeIds(...paths) }));
  for (const path of ["folder", "file/inside"]) {
    expect(await tryApply(path)).toMatchObject({ kind: "apply_conflict", conflicts: [{ path, because: "with_others" }] });
  }
  // What the person has there is in the way, whatever is applied with it.
  writeFileSync(join(repository.path, "folder/mine"), "mine\n");
  expect(await tryApply("folder")).toMatchObject({ kind: "apply_conflict", conflicts: [{ path: "folder", because: "in_the_way" }] });
  rmSync(join(repository.path, "folder/mine"));
  expect(await tryApply("folder", "folder/a", "folder/b")).toBeNull();
  expect(await tryApply("file", "file/inside")).toBeNull();
  expect(readFileSync(join(repository.path, "folder"), "utf8")).toBe("now a file\n");
  expect(readFileSync(join(repository.path, "file/inside"), "utf8")).toBe("inside\n");
});
