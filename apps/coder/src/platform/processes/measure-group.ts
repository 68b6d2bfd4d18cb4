import { SYSTEM_TABLE } from "./table/system-table.ts";

/** Measures the memory of a process group, in bytes; null if the group is gone or the system cannot tell. Never rejects. */
export async function measureGroup(leader: number, table = SYSTEM_TABLE): Promise<number | null> {
  try {
    const group = (await table.list()).filter(({ group: its, isZombie }) => its === leader && !isZombie);
    return await table.readMemory(group.map(({ pid }) => pid));
  } catch {
    // The system cannot list its processes.
    return null;
  }
}
