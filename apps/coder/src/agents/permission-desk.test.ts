import { findPermission } from "@boocode/db/stores/agents/permission-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { PermissionId, PromptId, type TaskId } from "@boocode/shared/ids";
import { buildPermission } from "@boocode/shared/testing/build";
import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../test/task-rig.ts";
import { recoverTasks } from "../tasks/recover-tasks.ts";

/** What should be true of a question. `argv` stands for what a rule goes by. */
interface Question {
  argv: string;
  settled: { optionId: string | null; by: "person" | "rule" | "cancelled" } | null;
}

interface Model {
  /** Questions of every turn, by their order. */
  questions: Question[];
  turn: "none" | "running" | "stopping";
  /** The first question of the turn that runs. */
  turnBegins: number;
  rules: Set<string>;
}

const CANCELLED = { optionId: null, by: "cancelled" } as const;
const { options } = buildPermission();

/** A daemon that can die and come back on the same folder; its agent does nothing but what the test makes it ask. */
class Daemon {
  readonly #folder: string;
  readonly #barriers = new Map<TaskId, Barrier>();
  rig: Rig;
  taskId: TaskId | null = null;
  readonly ids: PermissionId[] = [];
  #said = 0;

  private constructor(folder: string, rig: Rig) {
    this.#folder = folder;
    this.rig = rig;
  }

  static async start(folder: string): Promise<Daemon> {
    const daemon: Daemon = new Daemon(folder, await createRig({ folder, isFresh: true, ...script((id) => daemon.barrier(id)) }));
    return daemon;
  }

  nextPrompt(): PromptId {
    return PromptId.parse(`begin-${++this.#said}`);
  }

  barrier(taskId: TaskId): Barrier {
    const known = this.#barriers.get(taskId) ?? new Barrier();
    this.#barriers.set(taskId, known);
    return known;
  }

  /** Lets the agent say something, and waits until everything it said is stored. */
  async emit(event: Parameters<Rig["backend"]["prompts"][number]["emit"]>[0]): Promise<void> {
    const { emit } = this.rig.backend.prompts.at(-1)!;
    const text = `said ${++this.#said}`;
    void emit(event);
    void emit({ type: "notice", level: "info", text });
    await this.rig.waitFor(({ body }) => body.type === "notice" && body.text === text);
  }

  async restart(): Promise<void> {
    await this.rig.crash();
    this.rig = await createRig({ folder: this.#folder, ...script((id) => this.barrier(id)) });
    await recoverTasks(this.rig, async () => []);
    await this.rig.permissions.recover();
  }

  settledEvent(id: PermissionId) {
    return this.rig.waitFor(({ body }) => body.type === "permission.resolved" && body.permissionId === id);
  }
}

const script = (barrierOf: (taskId: TaskId) => Barrier) => ({
  script: ({ taskId }: { taskId: TaskId }) => ({ steps: [{ do: "wait" as const, barrier: barrierOf(taskId) }], ignoresCancel: true }),
});

const own = (index: number): PermissionId => PermissionId.parse(`q${index}`);
const openOf = (model: Model) => model.questions.filter((question) => question.settled === null);
const settleAll = (questions: readonly Question[], settled: NonNullable<Question["settled"]>) => {
  for (const question of questions) question.settled = settled;
};

/** The model and the daemon say the same, and what an agent was told is what was decided. */
async function expectAgreement(model: Model, { rig, ids }: Daemon): Promise<void> {
  const open = await rig.permissions.list({});
  expect(open.map(({ id }) => id).sort()).toEqual(ids.filter((_, index) => model.questions[index]?.settled === null).sort());
  const bodies = await rig.bodies();
  for (const [index, { settled }] of model.questions.entries()) {
    const id = ids[index]!;
    expect(await findPermission(rig.db.read, id)).toMatchObject({ optionId: settled?.optionId ?? null, resolvedBy: settled?.by ?? null });
    const told = bodies.filter((body) => "permissionId" in body && body.permissionId === id);
    expect(told).toMatchObject([{ type: "permission.requested" }, ...(settled ? [{ type: "permission.resolved", ...settled }] : [])]);
    const heard = rig.backend.conversations.flatMap(({ answers }) => answers.filter(({ permissionId }) => permissionId === own(index)));
    // "Always" is ours to remember: an agent that knows "once" is told that.
    const expected = settled?.optionId === "allow_always" ? "allow_once" : settled?.optionId;
    expect(heard.every(({ optionId }) => optionId === expected)).toBe(true);
    const mustHear = settled !== null && settled.by !== "cancelled" && rig.backend.conversations.length > 0 && index >= model.turnBegins;
    if (mustHear && model.turn !== "none") expect(heard).not.toEqual([]);
  }
}

type Step = fc.AsyncCommand<Model, Daemon>;
const command = (name: string, check: (model: Model) => boolean, act: (model: Model, real: Daemon) => Promise<void>): Step => ({
  check,
  toString: () => name,
  run: async (model, real) => {
    await act(model, real);
    await expectAgreement(model, real);
  },
});

const isRunning = (model: Model) => model.turn !== "none";

const begin = command(
  "begin",
  (model) => !isRunning(model),
  async (model, real) => {
    const { taskId } = await real.rig.send({ promptId: real.nextPrompt() });
    real.taskId = taskId;
    await real.barrier(taskId).reached;
    Object.assign(model, { turn: "running", turnBegins: model.questions.length });
  },
);

const ask = (argv: string) =>
  command(`ask ${argv}`, isRunning, async (model, real) => {
    const index = model.questions.length;
    real.ids.push(PermissionId.parse(`${real.taskId}:${own(index)}`));
    await real.emit({
      type: "permission.requested",
      permissionId: own(index),
      callId: null,
      title: "May I?",
      argv: ["make", argv],
      options,
    });
    const byRule = model.rules.has(argv) ? { optionId: "allow_once", by: "rule" as const } : null;
    model.questions.push({ argv, settled: model.turn === "stopping" ? CANCELLED : byRule });
  });

const askAgain = (pick: number) =>
  command(
    `ask again ${pick}`,
    (model) => isRunning(model) && model.questions.length > model.turnBegins,
    async (model, real) => {
      const index = model.turnBegins + (pick % (model.questions.length - model.turnBegins));
      const request = { permissionId: own(index), callId: null, title: "Again", argv: ["rm"], options };
      await real.emit({ type: "permission.requested", ...request });
    },
  );

const withdraw = (pick: number) =>
  command(
    `withdraw ${pick}`,
    (model) => isRunning(model) && model.questions.length > model.turnBegins,
    async (model, real) => {
      const index = model.turnBegins + (pick % (model.questions.length - model.turnBegins));
      await real.emit({ type: "permission.resolved", permissionId: own(index), ...CANCELLED });
      model.questions[index]!.settled ??= CANCELLED;
    },
  );

const answer = (pick: number, optionId: string) =>
  command(
    `answer ${pick} ${optionId}`,
    (model) => model.questions.length > 0,
    async (model, real) => {
      const index = pick % model.questions.length;
      const question = model.questions[index]!;
      const given = real.rig.permissions.answer(real.ids[index]!, optionId);
      if (question.settled) {
        const fault = { kind: "permission_settled", permissionId: real.ids[index], ...question.settled };
        await expect(given).rejects.toEqual(new DomainError(fault as never));
        return;
      }
      const chosen = options.some(({ id }) => id === optionId) ? optionId : "reject_once";
      expect(await given).toMatchObject({ optionId: chosen, resolvedBy: "person" });
      question.settled = { optionId: chosen, by: "person" };
      if (chosen !== "allow_always") return;
      model.rules.add(question.argv);
      settleAll(
        openOf(model).filter(({ argv }) => argv === question.argv),
        { optionId: "allow_once", by: "rule" },
      );
    },
  );

const stop = command(
  "stop",
  (model) => model.turn === "running",
  async (model, real) => {
    await real.rig.tasks.cancel(real.taskId!);
    for (const [index, { settled }] of model.questions.entries()) if (!settled) await real.settledEvent(real.ids[index]!);
    settleAll(openOf(model), CANCELLED);
    model.turn = "stopping";
  },
);

const end = command("end", isRunning, async (model, real) => {
  real.barrier(real.taskId!).open();
  await real.rig.ended(real.taskId!);
  await real.rig.dispatcher.settle();
  settleAll(openOf(model), CANCELLED);
  model.turn = "none";
});

const restart = command(
  "restart",
  () => true,
  async (model, real) => {
    await real.restart();
    settleAll(openOf(model), CANCELLED);
    model.turn = "none";
  },
);

const pick = fc.nat(6);
const steps = fc.commands(
  [
    fc.constant(begin),
    fc.constant(begin),
    fc.constantFrom("a", "b").map(ask),
    fc.constantFrom("a", "b").map(ask),
    fc.constantFrom("a", "b").map(ask),
    fc.constantFrom("a", "b").map(ask),
    pick.map(askAgain),
    pick.map(withdraw),
    fc
      .tuple(pick, fc.constantFrom("allow_once", "allow_always", "reject_once", "nonsense"))
      .map(([which, option]) => answer(which, option)),
    fc.tuple(pick, fc.constantFrom("allow_once", "reject_once")).map(([which, option]) => answer(which, option)),
    fc.constant(stop),
    fc.constant(end),
    fc.constant(restart),
  ],
  { maxCommands: 40, size: "max" },
);

it("F28 whatever happens in whatever order: each question is settled once, by whoever was first, and none outlives its turn", async () => {
  let settled = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (commands) => {
      await using folder = await createTempFolder();
      const real = await Daemon.start(folder.path);
      const model: Model = { questions: [], turn: "none", turnBegins: 0, rules: new Set() };
      try {
        await begin.run(model, real);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        settled += model.questions.filter((question) => question.settled).length;
      } finally {
        await real.rig[Symbol.asyncDispose]();
      }
    }),
    { numRuns: 30 },
  );
  expect(settled).toBeGreaterThan(20);
});
