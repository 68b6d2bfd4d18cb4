import { it } from "vitest";
import { crashDeletionAndRestore, crashExpiryAndPurge, crashForcedDeletion } from "./crash-fixture.ts";

/** Our own steps. Between them, the soak also dies before each git that writes. */
const isOwn = (name: string) => !name.startsWith("git.");

it("W6, F31: a forced deletion that dies at any step leaves the session whole, or whole in the trash", { timeout: 600_000 }, () =>
  crashForcedDeletion(isOwn),
);

it(
  "W6, F31: a safe deletion goes on after a crash at any step, and a restore that dies at any step is finished",
  { timeout: 600_000 },
  () => crashDeletionAndRestore(isOwn),
);

it("F31: a purge and an expiry that die at any step are finished", { timeout: 600_000 }, () => crashExpiryAndPurge(isOwn));
