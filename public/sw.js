// Keeps one whole release of the app on this device, and serves that one only, network or not.

// The build replaces this line with the release's version and the SHA-256 of each of its files, by path.
const RELEASE = { version: "development", assets: {} };

const PREFIX = "kehu-release-";
const CACHE = PREFIX + RELEASE.version;
const FIRST_PAGE = "/";
const keepsRelease = FIRST_PAGE in RELEASE.assets;

self.addEventListener("install", (event) => {
  // A new version waits here until the page asks for it; only a first version has nothing to wait for.
  event.waitUntil(keepsRelease ? keepAll() : self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOtherReleases().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data?.type === "take-over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const path = keptPath(event.request);
  if (path !== undefined) event.respondWith(answer(event.request, path));
});

/** The path under which the release keeps what `request` is for; undefined for what is not ours to answer. */
function keptPath(request) {
  const url = new URL(request.url);
  if (!keepsRelease || request.method !== "GET" || url.origin !== self.location.origin) return undefined;
  if (Object.hasOwn(RELEASE.assets, url.pathname)) return url.pathname;
  // A place in the app does not end like a file, in a dot and a letter; /handbook/3.1 is one.
  const isPlaceInApp = request.mode === "navigate" && !/\.[a-z][^/.]*$/i.test(url.pathname);
  return isPlaceInApp || url.pathname === "/index.html" ? FIRST_PAGE : undefined;
}

async function answer(request, path) {
  // Without our cache the browser has cleared everything at once: then the network's release is the only one.
  if (!(await caches.has(CACHE))) return fetch(request);
  const kept = await (await caches.open(CACHE)).match(path);
  return kept ?? fetchExactly(path);
}

/** Fetches every file first, and keeps them only when each is what the build made. */
async function keepAll() {
  const paths = Object.keys(RELEASE.assets);
  const responses = await Promise.all(paths.map(async (path) => (await kept(path)) ?? fetchExactly(path)));
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(paths.map((path, at) => cache.put(path, responses[at])));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** The file at `path` from any release on this device, if its content is the same in this one. */
async function kept(path) {
  for (const name of await releasesHere()) {
    const response = await (await caches.open(name)).match(path);
    if (response && !carriesPolicy(path) && (await hasExpectedContent(path, response.clone()))) return response;
  }
  return undefined;
}

/**
 * Whether the file's headers say what the app may reach, as they do of the page and of each worker, whose file is a script.
 * Such a file is fetched anew, for the policy may change while the file does not.
 */
function carriesPolicy(path) {
  return path === FIRST_PAGE || path.endsWith(".js");
}

/** The file at `path` from the network, whole and exactly as built; throws when it is anything else. */
async function fetchExactly(path) {
  const cache = carriesPolicy(path) ? "reload" : "no-cache";
  const response = await fetch(path, { cache, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  if (!(await hasExpectedContent(path, response.clone()))) throw new Error(`${path}: not of release ${RELEASE.version}`);
  return unredirected(response);
}

/** A copy that may answer a navigation, which a redirected response may not. */
async function unredirected(response) {
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(await response.arrayBuffer(), { status: 200, headers });
}

async function hasExpectedContent(path, response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === RELEASE.assets[path];
}

async function releasesHere() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
}

async function dropOtherReleases() {
  const others = (await releasesHere()).filter((name) => name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}
