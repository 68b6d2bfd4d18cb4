/** Some paths no longer hold what the edit expects. `paths` have one character per byte. */
export class MovedOn extends Error {
  override readonly name = "MovedOn";
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`Changed meanwhile: ${paths.join(", ")}`);
    this.paths = paths;
  }
}

/** The file system refused a path, which has one character per byte. */
export class WriteRefused extends Error {
  override readonly name = "WriteRefused";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.path = path;
  }
}

/** Converts an error of the system; once files are put in place, some errors say that something else is there now. */
export function toStepError(path: string, error: unknown, isSwapping = false): Error {
  if (error instanceof MovedOn) return error;
  const { code } = error as NodeJS.ErrnoException;
  return isSwapping && code !== undefined && MOVED.has(code) ? new MovedOn([path]) : new WriteRefused(path, error);
}

/** Errors that say that something else is at a path now. */
const MOVED: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EEXIST", "EISDIR", "ENOTEMPTY"]);
