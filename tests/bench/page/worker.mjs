// Does one task of a page in a thread of its own, as heavy work is done in an app.
onmessage = async ({ data: { file, name, argument } }) => {
  try {
    postMessage({ done: await (await import(file))[name](argument) });
  } catch (problem) {
    postMessage({ failed: String(problem?.stack ?? problem) });
  }
};
