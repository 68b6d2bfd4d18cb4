/** The floor of a start: a process with SQLite and one tRPC query, and nothing else. Argument: the database file. */
import type { AddressInfo } from "node:net";
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import BetterSqlite3 from "better-sqlite3";

const database = new BetterSqlite3(process.argv[2]!, { fileMustExist: true });
const t = initTRPC.create();
const router = t.router({
  health: t.procedure.query(() => ({ status: "ok", sessions: database.prepare("select count(*) as count from sessions").get() })),
});
const server = createHTTPServer({ router });
server.listen(0, "127.0.0.1", () => console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on("SIGTERM", () => process.exit(0));
