import { launchWithExeca } from "./launch-with-execa.ts";
import { SupervisedChild, type ChildInput } from "./supervised-child.ts";

/** Starts a program as a child of this process. Never throws: that it could not be started is told by what it answers. */
export function superviseChild(input: ChildInput): SupervisedChild {
  return new SupervisedChild(launchWithExeca, input);
}
