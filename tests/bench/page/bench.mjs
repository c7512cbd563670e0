// What the driver can ask of this page; each task imports only what it measures.
const task = (file, name) => async (argument) => (await import(file))[name](argument);

globalThis.bench = {
  bulk: task("./storing.mjs", "bulk"),
  edits: task("./storing.mjs", "edits"),
  search: task("./searching.mjs", "search"),
  grade: task("./grading.mjs", "grade"),
  clocks: task("./clocks.mjs", "clocks"),
};
