import { describeAgain } from "./describe-again.ts";

describeAgain("deletions", () => import("../../src/sessions/deletion/crash-of-deletion.test.ts"));
