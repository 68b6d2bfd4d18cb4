/** Builds the daemons that tests start as programs, where they changed. */
import { ensureTestDaemonsBuilt } from "./ensure-built.mjs";

ensureTestDaemonsBuilt(process.execPath);
