// Watches the app open, and shows words and a way on when it does not, or when it stops later.
(() => {
  "use strict";
  const PATIENCE_MS = 20_000;

  window.addEventListener("kehu-panic", (event) => stopped(event.detail));
  // Capturing, since a script or style that does not load tells only its own element.
  window.addEventListener("error", (event) => failed(event.error ?? loadFailure(event.target)), true);
  window.addEventListener("unhandledrejection", (event) => failed(event.reason));
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(forgetSlowness).observe(document.body, { childList: true });
    setTimeout(() => isOpening() && show("failure-slow", ""), PATIENCE_MS);
  });

  /** Before the app stands any failure is the end of it; afterwards only a trap of the wasm is. */
  function failed(reason) {
    if (isOpening() || reason instanceof WebAssembly.RuntimeError) stopped(reason);
  }

  function stopped(reason) {
    if (document.body) show("failure-stopped", reason);
    else document.addEventListener("DOMContentLoaded", () => show("failure-stopped", reason));
  }

  function show(message, reason) {
    const failure = document.getElementById("failure");
    if (!failure || !document.getElementById("failure-stopped").hidden) return;
    for (const each of ["failure-stopped", "failure-slow"]) document.getElementById(each).hidden = each !== message;
    document.getElementById("failure-reason").textContent = String(reason ?? "");
    document.getElementById("opening")?.toggleAttribute("hidden", message === "failure-stopped");
    failure.hidden = false;
  }

  /** An app that opened after all needs no message that it is slow. */
  function forgetSlowness() {
    const failure = document.getElementById("failure");
    if (!isOpening() && failure && document.getElementById("failure-stopped").hidden) failure.hidden = true;
  }

  function isOpening() {
    return !document.body || document.getElementById("opening") !== null;
  }

  function loadFailure(target) {
    const address = target?.src ?? target?.href;
    return address ? `did not load: ${address}` : "";
  }
})();
