// M01 for everybody: what they bought and owe is summed up, then each is graded with the whole trace.
import { bytesOf, kehu } from "./material.mjs";

/** Times in milliseconds, and how many were graded. */
export async function grade({ file, today }) {
  const { Grader } = await kehu();
  const grader = new Grader(await bytesOf(file), today);
  grader.gather();
  grader.grade();
  const begun = performance.now();
  grader.gather();
  const gathered = performance.now();
  const graded = grader.grade();
  const end = performance.now();
  return { gather: gathered - begun, grade: end - gathered, graded, records: grader.records() };
}
