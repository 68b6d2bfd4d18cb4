import { describeOpencodeTwo } from "../../src/backends/opencode/opencode-two-fixture.ts";

describeOpencodeTwo("1.18");
describeOpencodeTwo("2.0");
