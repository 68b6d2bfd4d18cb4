import { it } from "vitest";
import { openAndClose } from "./open-and-close.ts";

it("P10 after 300 rounds of terminals, files and events, every pseudoterminal, descriptor and watch is given back", () =>
  openAndClose(300));
