import { z } from "zod";
import { EpochMs, ProjectId } from "../ids.ts";

/** The machine a project is on. */
export const HostId = z.string().min(1).max(64);

/** A git repository a person registered, on a host. */
export const Project = z.object({
  id: ProjectId,
  hostId: HostId,
  name: z.string(),
  /** Absolute path of the repository's top level. */
  path: z.string(),
  /** The branch new sessions start from by default: a full ref, or `HEAD`'s commit. */
  defaultBranch: z.string().nullable(),
  isDemo: z.boolean(),
  createdAt: EpochMs,
});
export type Project = z.infer<typeof Project>;

export const ProjectPath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes("\0"), "contains a NUL byte");

export const AddProjectInput = z.object({
  path: ProjectPath,
  name: z.string().trim().min(1).max(120).optional(),
  hostId: HostId.optional(),
});
export type AddProjectInput = z.infer<typeof AddProjectInput>;

export const PathCompletion = z.object({
  /** Absolute path of a folder. */
  path: z.string(),
  isRepository: z.boolean(),
});
export type PathCompletion = z.infer<typeof PathCompletion>;

export const RecentRepository = z.object({
  /** Absolute path of the top level. */
  path: z.string(),
  /** When git last wrote there. */
  usedAt: EpochMs,
});
export type RecentRepository = z.infer<typeof RecentRepository>;
