// What the driver can ask of this page; each task imports only what it measures.
import { watched } from "./frames.mjs";

const task = (file, name) => async (argument) => (await import(file))[name](argument);

/** The same in a thread of its own, with the longest stall of the page meanwhile. */
const errand = (file, name) => (argument) =>
  watched(
    () =>
      new Promise((done, fail) => {
        const worker = new Worker("/page/worker.mjs", { type: "module" });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          if (data.failed) fail(new Error(data.failed));
          else done(data.done);
        };
        worker.onerror = (event) => fail(new Error(event.message));
        worker.postMessage({ file, name, argument });
      }),
  );

globalThis.bench = {
  bulk: task("./storing.mjs", "bulk"),
  edits: task("./storing.mjs", "edits"),
  search: task("./searching.mjs", "search"),
  grade: task("./grading.mjs", "grade"),
  clocks: task("./clocks.mjs", "clocks"),
  table: errand("./tables.mjs", "table"),
  sheet: errand("./sheets.mjs", "sheet"),
  merge: errand("./merging.mjs", "merge"),
};
