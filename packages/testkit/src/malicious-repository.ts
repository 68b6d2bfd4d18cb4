import { appendFile, chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, createTempFolder, type TestRepository } from "./repo-builder.ts";

/** A repository that names a program in one place, and records which of its programs ran. */
export interface MaliciousRepository extends AsyncDisposable {
  readonly repository: TestRepository;
  /** Returns whether any of the repository's programs ran since the last call. */
  takeFired(): Promise<boolean>;
}

interface Planting {
  repository: TestRepository;
  /** Creates a program that records that it ran and then executes `rest`; returns its path. */
  trap(rest?: string): Promise<string>;
  set(key: string, value: string): Promise<string>;
  inGit(...path: string[]): string;
}

type Plant = (planting: Planting) => Promise<unknown>;

const HOOKS = [
  "applypatch-msg",
  "pre-applypatch",
  "post-applypatch",
  "pre-commit",
  "pre-merge-commit",
  "prepare-commit-msg",
  "commit-msg",
  "post-commit",
  "pre-rebase",
  "post-checkout",
  "post-merge",
  "pre-push",
  "post-rewrite",
  "post-index-change",
  "reference-transaction",
  "sendemail-validate",
  "fsmonitor-watchman",
  "push-to-checkout",
  "pre-auto-gc",
];
/** The program only records that it ran, which is enough for most sinks. */
const QUIET = "";
const PASS_ON = "exec cat";
const toTheRemote = (url: string): Plant => {
  return ({ set }) => set("remote.origin.url", url);
};

/** Every place in a repository where git reads the name of a program, and how to plant one there. */
export const SINKS: Readonly<Record<string, Plant>> = {
  "core.fsmonitor": async ({ set, trap }) => set("core.fsmonitor", await trap()),
  "core.fsmonitor through include.path": async ({ set, trap, inGit }) => {
    await writeFile(inGit("more"), `[core]\n\tfsmonitor = ${await trap()}\n`);
    await set("include.path", "more");
  },
  "core.fsmonitor in config.worktree": async ({ repository, set, trap }) => {
    await set("extensions.worktreeConfig", "true");
    await repository.git("config", "--worktree", "core.fsmonitor", await trap());
  },
  "core.hooksPath": async ({ set, trap, inGit }) => {
    await plantHooks(inGit("evil-hooks"), await trap());
    await set("core.hooksPath", inGit("evil-hooks"));
  },
  ".git/hooks": async ({ trap, inGit }) => plantHooks(inGit("hooks"), await trap()),
  "hook.command": async ({ repository, set, trap }) => {
    await set("hook.evil.command", await trap());
    for (const event of HOOKS) await repository.git("config", "--add", "hook.evil.event", event);
  },
  "filter.clean": async ({ set, trap }) => set("filter.evil.clean", await trap(PASS_ON)),
  "filter.smudge": async ({ set, trap }) => set("filter.evil.smudge", await trap(PASS_ON)),
  "filter.process": async ({ set, trap }) => set("filter.evil.process", await trap(QUIET)),
  "filter.clean by info/attributes": async ({ set, trap, inGit }) => {
    await mkdir(inGit("info"), { recursive: true });
    await appendFile(inGit("info", "attributes"), "*.md filter=late\n");
    await set("filter.late.clean", await trap(PASS_ON));
    await set("filter.late.required", "true");
  },
  "filter.clean of a submodule": async ({ repository, trap, inGit }) => {
    await addSubmodule(repository);
    await writeFile(inGit("modules", "sub", "info", "attributes"), "*.txt filter=evil\n");
    await repository.git("-C", "sub", "config", "filter.evil.clean", await trap(PASS_ON));
    await repository.write({ "sub/a.txt": "two\n" });
  },
  "diff.external": async ({ set, trap }) => set("diff.external", await trap()),
  "diff.textconv": async ({ set, trap }) => set("diff.evil.textconv", await trap('exec cat "$1"')),
  "diff.command": async ({ set, trap }) => set("diff.evil.command", await trap()),
  "merge.driver": async ({ set, trap }) => set("merge.evil.driver", await trap()),
  "gpg.program": async ({ set, trap }) => {
    for (const key of ["commit.gpgSign", "tag.gpgSign", "log.showSignature"]) await set(key, "true");
    await set("gpg.program", await trap());
  },
  "gpg.ssh.defaultKeyCommand": async ({ set, trap }) => {
    await set("commit.gpgSign", "true");
    await set("gpg.format", "ssh");
    await set("gpg.ssh.defaultKeyCommand", await trap());
  },
  "core.sshCommand": async (planting) => {
    await planting.set("core.sshCommand", await planting.trap());
    await toTheRemote("ssh://evil.invalid/x")(planting);
  },
  "ext:: remote": async (planting) => {
    await planting.set("protocol.ext.allow", "always");
    await toTheRemote(`ext::${await planting.trap()}`)(planting);
  },
  "remote.vcs": async (planting) => {
    await planting.set("protocol.ext.allow", "always");
    await planting.set("remote.origin.vcs", "ext");
    await toTheRemote(await planting.trap())(planting);
  },
  "remote.uploadpack": async (planting) => {
    await planting.set("remote.origin.uploadpack", await planting.trap());
    await toTheRemote(planting.repository.path)(planting);
  },
  "remote.receivepack": async (planting) => {
    await planting.set("remote.origin.receivepack", await planting.trap());
    await toTheRemote(planting.repository.path)(planting);
  },
  "uploadpack of a lazy fetch": async (planting) => {
    const { repository, set, trap, inGit } = planting;
    const missing = await repository.git("rev-parse", "HEAD:lazy.txt");
    await rm(inGit("objects", missing.slice(0, 2), missing.slice(2)), { force: true });
    await set("core.repositoryFormatVersion", "1");
    await set("extensions.partialClone", "origin");
    await set("remote.origin.promisor", "true");
    await set("remote.origin.uploadpack", await trap());
    await toTheRemote(repository.path)(planting);
  },
  "core.gitProxy": async (planting) => {
    await planting.set("core.gitProxy", await planting.trap());
    await toTheRemote("git://evil.invalid/x")(planting);
  },
  "credential.helper": async ({ set, trap }) => set("credential.helper", `!${await trap()}`),
  "core.askPass": async ({ set, trap }) => set("core.askPass", await trap()),
  "core.pager": async ({ set, trap }) => {
    const program = await trap(PASS_ON);
    for (const key of ["core.pager", "pager.diff", "pager.log", "pager.config"]) await set(key, program);
  },
  "core.editor": async ({ set, trap }) => set("core.editor", await trap()),
  "sequence.editor": async ({ set, trap }) => set("sequence.editor", await trap()),
  "core.alternateRefsCommand": async ({ repository, set, trap, inGit }) => {
    await repository.git("init", "--quiet", "--bare", inGit("other"));
    await writeFile(inGit("objects", "info", "alternates"), `${inGit("other", "objects")}\n`);
    await set("core.alternateRefsCommand", await trap());
  },
  "interactive.diffFilter": async ({ set, trap }) => {
    await set("color.ui", "always");
    await set("interactive.diffFilter", await trap(PASS_ON));
  },
  "trailer.cmd": async ({ set, trap }) => {
    await set("trailer.evil.key", "Evil");
    await set("trailer.evil.cmd", await trap());
  },
  alias: async ({ set, trap }) => {
    const program = await trap();
    for (const name of ["status", "diff", "evil"]) await set(`alias.${name}`, `!${program}`);
  },
  "submodule.update": async ({ repository, set, trap }) => {
    await addSubmodule(repository);
    await set("submodule.sub.update", `!${await trap()}`);
    await set("submodule.recurse", "true");
  },
};

/** Creates a repository that names a program in one of the {@link SINKS}, with attributes that trigger it. */
export async function createMaliciousRepository(sink: string): Promise<MaliciousRepository> {
  const plant = SINKS[sink];
  if (!plant) throw new Error(`There is no sink ${sink}`);
  const repository = await createRepository({
    ".gitattributes": "*.txt filter=evil diff=evil merge=evil\n",
    "a.txt": "one\n",
    "lazy.txt": "read me\n",
    "b.md": "# two\n",
  });
  const traps = await createTempFolder();
  const fired = join(traps.path, "fired");
  await mkdir(fired);
  let places = 0;
  const trap = async (rest = QUIET) => {
    const file = join(traps.path, `trap-${++places}`);
    await writeFile(file, `#!/bin/sh\n: > '${fired}/${places}'\n${rest}\n`);
    await chmod(file, 0o755);
    return file;
  };
  await plant({
    repository,
    trap,
    set: (key, value) => repository.git("config", key, value),
    inGit: (...path) => join(repository.path, ".git", ...path),
  });
  const takeFired = async () => {
    const names = await readdir(fired);
    for (const name of names) await rm(join(fired, name), { force: true });
    return names.length > 0;
  };
  await takeFired();
  return {
    repository,
    takeFired,
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await traps[Symbol.asyncDispose]();
    },
  };
}

async function addSubmodule(repository: TestRepository): Promise<void> {
  await repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", repository.path, "sub");
  await repository.commit("Add a submodule");
}

async function plantHooks(folder: string, program: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const hook of HOOKS) {
    await writeFile(join(folder, hook), `#!/bin/sh\nexec '${program}'\n`);
    await chmod(join(folder, hook), 0o755);
  }
}
