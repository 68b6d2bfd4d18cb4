import { it } from "vitest";
import { crashDeletionAndRestore, crashExpiryAndPurge, crashForcedDeletion } from "../../src/sessions/deletion/crash-fixture.ts";

/** Also before each git that writes. */
const all = () => true;

it("W6, F31: a forced deletion that dies anywhere leaves the session whole, or whole in the trash", { timeout: 600_000 }, () =>
  crashForcedDeletion(all),
);

it("W6, F31: a safe deletion goes on after a crash anywhere, and a restore that dies anywhere is finished", { timeout: 600_000 }, () =>
  crashDeletionAndRestore(all),
);

it("F31: a purge and an expiry that die anywhere are finished", { timeout: 600_000 }, () => crashExpiryAndPurge(all));
