import { pause, type Time } from "./time.ts";

/** The part of {@link Time} that runs something later. */
export type Scheduler = Pick<Time, "after">;

/** The part of {@link Time} that also says how much has passed. */
export type TimedScheduler = Pick<Time, "after" | "elapsedMs">;

export { pause };
