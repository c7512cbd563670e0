// The clocks of open cases, and the agenda made of them; a pass before the one that counts.
import { kehu } from "./material.mjs";

/** Times in milliseconds, and how much has run out. */
export async function clocks({ count, now }) {
  const { Desk } = await kehu();
  const desk = new Desk(count, now);
  desk.clocks(now);
  desk.agenda(now);
  const begun = performance.now();
  const late = desk.clocks(now);
  const clocked = performance.now();
  const overdue = desk.agenda(now);
  const end = performance.now();
  return { clocks: clocked - begun, agenda: end - clocked, late, overdue, cases: desk.cases() };
}
