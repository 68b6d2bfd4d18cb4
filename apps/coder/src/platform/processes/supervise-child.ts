import { launchWithExeca } from "./launch-with-execa.ts";
import { SupervisedChild, type ChildInput } from "./supervised-child.ts";

/** Starts a program as a child of this process. Never throws: a failed start is reported through the returned child. */
export function superviseChild(input: ChildInput): SupervisedChild {
  return new SupervisedChild(launchWithExeca, input);
}
