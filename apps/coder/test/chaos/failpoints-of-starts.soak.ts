import { describeAgain } from "./describe-again.ts";

describeAgain("starts", () => import("../faults/faults-boot.test.ts"));
