import type { Time } from "./time.ts";

/** The part of {@link Time} that says what time it is. */
export type Clock = Pick<Time, "now">;
