import { describeAgain } from "./describe-again.ts";

describeAgain("edits", () => import("../faults/faults-apply.test.ts"));
describeAgain("migrations", () => import("../../../../packages/db/src/migrate-cut.test.ts"));
