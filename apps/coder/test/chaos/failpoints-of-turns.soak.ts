import { describeAgain } from "./describe-again.ts";

describeAgain("turns", () => import("../faults/faults-crash.test.ts"));
