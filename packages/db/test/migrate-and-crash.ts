import { openDatabase } from "../src/open-database.ts";
import { WITH_SAMPLE } from "./sample-migration.ts";

// Run as a process of its own: migrates the file and dies at the failpoint named.
const [file = "", crashAt = ""] = process.argv.slice(2);
const db = await openDatabase({
  file,
  migrations: WITH_SAMPLE,
  failpoint: (name) => {
    if (name === crashAt) process.kill(process.pid, "SIGKILL");
  },
});
await db.close();
