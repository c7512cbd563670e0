// Registers the service worker and tells the app, in DOM events on window, what it may show:
//   kehu-offline-ready   this release is whole on this device; <html data-offline="ready"> says it afterwards
//   kehu-update-ready    a newer release waits; <html data-update="ready"> says it afterwards
//   kehu-replaced        another tab has taken the newer release; this tab still runs the older one
// window.kehuTakeOver() takes the newer release and reloads once; call it when drafts are kept.
(() => {
  "use strict";
  const CHECK_EVERY_MS = 60 * 60 * 1000;
  const workers = navigator.serviceWorker;
  let waiting;
  let isTakingOver = false;
  let isControlled = Boolean(workers?.controller);

  window.kehuTakeOver = () => {
    if (!waiting || waiting.state === "activated") return location.reload();
    isTakingOver = true;
    waiting.postMessage({ type: "take-over" });
  };
  if (!workers) return;

  workers.addEventListener("controllerchange", () => {
    if (isTakingOver) {
      isTakingOver = false;
      location.reload();
    } else if (isControlled) {
      window.dispatchEvent(new Event("kehu-replaced"));
    }
    isControlled = true;
  });
  window.addEventListener("load", () => {
    workers
      .register("/sw.js", { updateViaCache: "none" })
      .then(follow)
      // Without a worker the app still runs while there is a network; the next visit tries again.
      .catch((error) => console.warn("offline use is not available:", error));
  });

  function follow(registration) {
    if (registration.active) tellIfKept();
    if (registration.waiting) offer(registration.waiting);
    watch(registration, registration.installing);
    registration.addEventListener("updatefound", () => watch(registration, registration.installing));
    keepChecking(registration);
  }

  function watch(registration, worker) {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && registration.active) offer(worker);
      if (worker.state === "activated") tellIfKept();
    });
  }

  function offer(worker) {
    waiting = worker;
    tell("update");
  }

  /** Says that the app works offline only while a release is really there; a development build keeps none. */
  async function tellIfKept() {
    const names = await caches.keys();
    if (names.some((name) => name.startsWith("kehu-release-"))) tell("offline");
  }

  function tell(what) {
    document.documentElement.dataset[what] = "ready";
    window.dispatchEvent(new Event(`kehu-${what}-ready`));
  }

  /** A tab left open for days asks now and then; asking without a network just fails. */
  function keepChecking(registration) {
    let checkedAt = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || Date.now() - checkedAt < CHECK_EVERY_MS) return;
      checkedAt = Date.now();
      registration.update().catch(() => undefined);
    });
  }
})();
