import type { AnySchema, Migration } from "./migration.ts";
import { expectRows } from "./row-counts.ts";

const PAGE = 500;
const USED = ["input_tokens", "output_tokens", "cached_tokens", "cost"];

/** Adds what each turn used, beginning with the turns that are known; budgets of single sessions; and whether a task may run without one. */
export const usageLedger: Migration = {
  version: 15,
  steps: [
    { name: "turn_usage", run: createTurnUsage },
    { name: "turn_usage_known", run: copyKnownTurns },
    { name: "session_budgets", run: createSessionBudgets },
    {
      name: "tasks_ignores_budget",
      run: async (tx) => {
        await tx.schema
          .alterTable("tasks")
          .addColumn("ignores_budget", "integer", (column) => column.notNull().defaultTo(0))
          .execute();
      },
    },
  ],
  async verify(tx, before) {
    await expectRows(tx, new Map([...before, ["session_budgets", 0]]));
    const started = await tx
      .selectFrom("tasks")
      .select((eb) => eb.fn.countAll().as("count"))
      .where("started_at", "is not", null)
      .where("ended_at", "is not", null)
      .executeTakeFirstOrThrow();
    await expectRows(tx, new Map([["turn_usage", Number(started["count"])]]));
  },
};

async function createTurnUsage(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("turn_usage")
    // No reference to the task: what was used stays used when a session is deleted.
    .addColumn("task_id", "text", (column) => column.primaryKey().notNull())
    .addColumn("session_id", "text", (column) => column.notNull())
    .addColumn("project_id", "text", (column) => column.notNull())
    .addColumn("chat_id", "text", (column) => column.notNull())
    .addColumn("agent", "text", (column) => column.notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("input_tokens", "bigint")
    .addColumn("output_tokens", "bigint")
    .addColumn("cached_tokens", "bigint")
    .addColumn("cost", "double precision")
    .addColumn("ended_at", "bigint", (column) => column.notNull())
    .execute();
  // They hold everything that is added up, so that no row is looked up.
  await tx.schema
    .createIndex("turn_usage_by_end")
    .on("turn_usage")
    .columns(["ended_at", "agent", "session_id", "project_id", ...USED])
    .execute();
  await tx.schema
    .createIndex("turn_usage_by_session")
    .on("turn_usage")
    .columns(["session_id", "chat_id", "agent", ...USED])
    .execute();
}

async function copyKnownTurns(tx: AnySchema): Promise<void> {
  for (let after = ""; ;) {
    const tasks = await tx
      .selectFrom("tasks as task")
      .innerJoin("sessions as session", "session.id", "task.session_id")
      .select([
        "task.id",
        "task.session_id",
        "session.project_id",
        "task.chat_id",
        "task.agent",
        "task.model",
        "task.usage",
        "task.ended_at",
      ])
      .where("task.id", ">", after)
      .where("task.started_at", "is not", null)
      .where("task.ended_at", "is not", null)
      .orderBy("task.id")
      .limit(PAGE)
      .execute();
    if (tasks.length === 0) return;
    await tx
      .insertInto("turn_usage")
      .values(tasks.map(({ id, usage, ...task }) => ({ task_id: id, ...task, ...toUsed(usage as string | null) })))
      .execute();
    after = tasks.at(-1)?.["id"] as string;
  }
}

async function createSessionBudgets(tx: AnySchema): Promise<void> {
  await tx.schema
    .createTable("session_budgets")
    .addColumn("session_id", "text", (column) => column.primaryKey().notNull().references("sessions.id").onDelete("cascade"))
    .addColumn("tokens", "bigint")
    .addColumn("cost", "double precision")
    .execute();
}

/** Reads what a task says of its usage; what it does not say, or not readably, is null. */
function toUsed(usage: string | null): Record<string, number | null> {
  const said = parse(usage ?? "{}");
  const read = (name: string) => (typeof said[name] === "number" ? said[name] : null);
  return {
    input_tokens: read("inputTokens"),
    output_tokens: read("outputTokens"),
    cached_tokens: read("cachedTokens"),
    cost: read("cost"),
  };
}

function parse(json: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(json)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
