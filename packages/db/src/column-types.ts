/** 0 or 1, because not every dialect has booleans. */
export type Flag = 0 | 1;
/** JSON as text. One store reads and writes it whole; the database never searches it. */
export type Json = string;
