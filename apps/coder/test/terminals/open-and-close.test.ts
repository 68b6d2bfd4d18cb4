import { it } from "vitest";
import { openAndClose } from "./open-and-close.ts";

it("P10 after 20 rounds of terminals, files and events, every pseudoterminal, descriptor and watch is given back", () => openAndClose(20));
