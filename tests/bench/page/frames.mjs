// Watches the page's own thread while something goes on: gaps between frames, and tasks the browser calls long.

/** Runs `work` and gives its result with the longest stall of the page meanwhile, in milliseconds. */
export async function watched(work) {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
  });
  observer.observe({ entryTypes: ["longtask"] });
  let last;
  let isOn = true;
  const frame = (now) => {
    if (last !== undefined) longest = Math.max(longest, now - last);
    last = now;
    if (isOn) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  try {
    return { ...(await work()), stall: longest };
  } finally {
    isOn = false;
    observer.disconnect();
  }
}
