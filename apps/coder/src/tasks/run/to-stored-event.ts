import { cutText, shorten } from "@boocode/shared/text/cut-text";
import { takeTogether } from "@boocode/shared/text/take-together";
import { createHash } from "node:crypto";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import { AgentEvent, type ToolResult } from "@boocode/shared/agents/agent-event";
import { PermissionId, type TaskId } from "@boocode/shared/ids";

const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_PATCH_BYTES = 64 * 1024;
const MAX_INPUT_CHARS = 32 * 1024;
const MAX_PERMISSION_ID_CHARS = 128;
const MAX_ARGV_CHARS = EVENT_LIMITS.word;

/**
 * Prepares an agent's event for the journal: makes its ids unique within the chat and limits the size of everything except text, which
 * `TextLimiter` has already limited. An event that is still invalid becomes a notice, so that one bad line never breaks a turn.
 */
export function toStoredEvent(taskId: TaskId, event: AgentEvent): AgentEvent {
  // Most events are deltas, and a delta has nothing to limit: they skip the full schema check.
  if (event.type === "text.delta" || event.type === "thought.delta") return scopeAndBound(taskId, event);
  return tryBound(taskId, event) ?? toUnreadableNotice(event);
}

function tryBound(taskId: TaskId, event: AgentEvent): AgentEvent | null {
  try {
    return AgentEvent.parse(scopeAndBound(taskId, event));
  } catch {
    // Fields that its type requires are missing or of the wrong type.
    return null;
  }
}

function toUnreadableNotice({ type }: AgentEvent): AgentEvent {
  return { type: "notice", level: "warning", text: `The agent sent an event that BooCode cannot read (${cutText(String(type), 60)}).` };
}

function scopeAndBound(taskId: TaskId, event: AgentEvent): AgentEvent {
  switch (event.type) {
    case "part.set":
      return { ...event, partId: scoped(taskId, event.partId) };
    case "tool.started":
      return {
        ...event,
        callId: scoped(taskId, event.callId),
        name: shorten(event.name, EVENT_LIMITS.id),
        title: shorten(event.title, EVENT_LIMITS.title),
        paths: boundPaths(event.paths),
        input: boundInput(event.input),
        ...(event.cwd === undefined ? {} : { cwd: shorten(event.cwd, EVENT_LIMITS.path) }),
        ...(event.argv ? { argv: boundList(event.argv, EVENT_LIMITS.text) } : {}),
        ...(event.echo && isSmall(event.echo.extra) ? {} : { echo: undefined }),
        ...(event.parentCallId ? { parentCallId: scoped(taskId, event.parentCallId) } : {}),
      };
    case "tool.updated":
      return {
        ...event,
        callId: scoped(taskId, event.callId),
        result: boundResult(event.result),
        ...(event.paths ? { paths: boundPaths(event.paths) } : {}),
      };
    case "plan.updated":
      return {
        ...event,
        entries: takeTogether(
          event.entries.slice(0, EVENT_LIMITS.items).map((entry) => ({ ...entry, text: shorten(entry.text, EVENT_LIMITS.text) })),
          EVENT_LIMITS.listTogether,
          ({ text }) => text.length,
        ),
      };
    case "commands.updated":
      return {
        ...event,
        commands: takeTogether(
          event.commands
            .filter(({ name }) => name.length <= EVENT_LIMITS.id)
            .slice(0, EVENT_LIMITS.items)
            .map(({ name, description, hint }) => ({
              name,
              description: shorten(description, EVENT_LIMITS.commandDescription),
              ...(hint === undefined ? {} : { hint: shorten(hint, EVENT_LIMITS.title) }),
            })),
          EVENT_LIMITS.listTogether,
          ({ name, description, hint = "" }) => name.length + description.length + hint.length,
        ),
      };
    case "permission.requested":
      return boundRequest(taskId, event);
    case "permission.resolved":
      return { ...event, permissionId: scopedPermission(taskId, event.permissionId) };
    case "notice":
      return { ...event, text: shorten(event.text, EVENT_LIMITS.text) };
    case "session.updated":
      return { ...event, title: event.title === null ? null : shorten(event.title, EVENT_LIMITS.title) };
    case "text.delta":
    case "thought.delta":
      return { ...event, partId: scoped(taskId, event.partId) };
    case "usage.updated":
      return event;
  }
}

/**
 * Removes the options of a permission request that cannot be shown in full, so that it cannot be answered: allowing a truncated command
 * would allow the hidden part too.
 */
function boundRequest(taskId: TaskId, event: Extract<AgentEvent, { type: "permission.requested" }>): AgentEvent {
  const { argv, paths, cwd, options } = event;
  const isWhole =
    (argv ?? []).reduce((chars, word) => chars + word.length, 0) <= MAX_ARGV_CHARS &&
    (paths ?? []).reduce((chars, path) => chars + path.length, 0) <= EVENT_LIMITS.listTogether &&
    Math.max(argv?.length ?? 0, paths?.length ?? 0) <= EVENT_LIMITS.items &&
    [...(paths ?? []), cwd ?? ""].every((path) => path.length <= EVENT_LIMITS.path) &&
    options.length <= EVENT_LIMITS.options &&
    options.every(({ id }) => id.length <= EVENT_LIMITS.id);
  const bounded = {
    ...event,
    permissionId: scopedPermission(taskId, event.permissionId),
    callId: event.callId === null ? null : scoped(taskId, event.callId),
    title: shorten(event.title, EVENT_LIMITS.title),
  };
  if (isWhole) return { ...bounded, options: options.map((option) => ({ ...option, label: shorten(option.label, EVENT_LIMITS.label) })) };
  return {
    ...bounded,
    options: [],
    ...(argv ? { argv: boundList(argv, EVENT_LIMITS.text) } : {}),
    ...(paths ? { paths: boundPaths(paths) } : {}),
    ...(cwd === undefined ? {} : { cwd: shorten(cwd, EVENT_LIMITS.text) }),
  };
}

/** Makes a permission id globally unique, because permissions are looked up by id alone. */
function scopedPermission(taskId: TaskId, id: PermissionId): PermissionId {
  const whole = `${taskId}:${id}`;
  return PermissionId.parse(
    whole.length <= MAX_PERMISSION_ID_CHARS ? whole : `${taskId}:${createHash("sha256").update(id).digest("base64url")}`,
  );
}

/** Makes an id unique within the chat by prefixing the task's id; a backend's ids are unique only within its turn. */
function scoped(taskId: TaskId, id: string): string {
  const whole = `${taskId}/${id}`;
  return whole.length <= EVENT_LIMITS.id ? whole : `${taskId}/${createHash("sha256").update(id).digest("base64url")}`;
}

function boundResult(result: ToolResult): ToolResult {
  const bounded = { ...result };
  if (typeof result.signal === "string") bounded.signal = shorten(result.signal, 32);
  if (result.error !== undefined) bounded.error = shorten(result.error, EVENT_LIMITS.text);
  if (result.patch !== undefined) bounded.patch = headOf(result.patch, MAX_PATCH_BYTES);
  if (result.output === undefined) return bounded;
  const kept = headAndTail(result.output, MAX_OUTPUT_BYTES);
  bounded.output = kept.text;
  if (kept.leftOutBytes > 0) bounded.truncatedBytes = (result.truncatedBytes ?? 0) + kept.leftOutBytes;
  return bounded;
}

function headAndTail(text: string, maxBytes: number): { text: string; leftOutBytes: number } {
  // A UTF-16 unit takes at most three bytes, so shorter texts need no counting.
  if (text.length * 3 <= maxBytes) return { text, leftOutBytes: 0 };
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return { text, leftOutBytes: 0 };
  const head = boundaryBefore(bytes, maxBytes / 2);
  const tail = boundaryAfter(bytes, bytes.length - maxBytes / 2);
  return { text: `${bytes.toString("utf8", 0, head)}\n…\n${bytes.toString("utf8", tail)}`, leftOutBytes: tail - head };
}

function headOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const head = bytes.toString("utf8", 0, boundaryBefore(bytes, maxBytes));
  // A patch is parsed line by line: a truncated line would be read as a different one.
  return head.slice(0, head.lastIndexOf("\n") + 1);
}

/** Returns the last position at or before `index` that does not split a character. */
function boundaryBefore(bytes: Buffer, index: number): number {
  let place = index;
  while (place > 0 && isInsideCharacter(bytes, place)) place--;
  return place;
}

/** Returns the first position at or after `index` that does not split a character. */
function boundaryAfter(bytes: Buffer, index: number): number {
  let place = index;
  while (place < bytes.length && isInsideCharacter(bytes, place)) place++;
  return place;
}

const isInsideCharacter = (bytes: Buffer, place: number): boolean => ((bytes[place] ?? 0) & 0xc0) === 0x80;

const boundPaths = (paths: readonly string[]) => boundList(paths, EVENT_LIMITS.path);

/** Shortens each text of a list, and leaves out those that do not fit. */
function boundList(texts: readonly string[], maxChars: number): string[] {
  const short = texts.slice(0, EVENT_LIMITS.items).map((text) => shorten(text, maxChars));
  return takeTogether(short, EVENT_LIMITS.listTogether, (text) => text.length);
}

/** Limits a tool's arguments for the card: truncates long strings, and if that is not enough, returns a preview of the whole. */
function boundInput(input: unknown): unknown {
  const json = toJson(input, (_, value: unknown) => (typeof value === "string" ? shorten(value, EVENT_LIMITS.text) : value));
  if (json === null) return null;
  return json.length <= MAX_INPUT_CHARS ? (JSON.parse(json) as unknown) : { preview: shorten(json, EVENT_LIMITS.text) };
}

/** A truncated value would be useless to its server. */
const isSmall = (value: unknown): boolean => (toJson(value, (_, inner: unknown) => inner)?.length ?? 0) <= MAX_INPUT_CHARS;

function toJson(value: unknown, replacer: (key: string, value: unknown) => unknown): string | null {
  try {
    return JSON.stringify(value, replacer) ?? null;
  } catch {
    // A cycle or a BigInt, which a card cannot show.
    return null;
  }
}
