import { sql } from "kysely";

/** The maximum size of a transcript page: about as much as one response may take without delaying others noticeably. */
export const MAX_PAGE_BYTES = 1024 * 1024;
/** The maximum size of one event when it is read for display. New events stay below it; earlier versions had no limit. */
const MAX_EVENT_BYTES = 1024 * 1024;
/** The number of characters shown of a text that exceeds the limit. */
const SHOWN_CHARS = 200_000;

/** SQL for the size of a payload as read for display. Computed without reading the payload. */
export const boundedBytes = (table: string) =>
  sql<number>`case when octet_length(${sql.ref(`${table}.payload`)}) <= ${sql.lit(MAX_EVENT_BYTES)}
    then octet_length(${sql.ref(`${table}.payload`)}) else ${sql.lit(SHOWN_CHARS)} end`;

/** The columns of a row as read for display. SQL cuts the text of an oversized payload before it is read. */
export const BOUNDED_COLUMNS = [
  "session_id",
  "seq",
  "chat_id",
  "task_id",
  "item_key",
  "item_seq",
  "type",
  "at",
  sql<string>`case when octet_length(payload) <= ${sql.lit(MAX_EVENT_BYTES)} then payload
    else json_set(payload, '$.text', substr(json_extract(payload, '$.text'), 1, ${sql.lit(SHOWN_CHARS)})
      || char(10) || char(10) || '… The rest is too long to be shown.') end`.as("payload"),
] as const;
