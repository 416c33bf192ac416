// Where the application is installed like a program, its worker has a page ready for when there is no network.
const manifest = document.querySelector("link[data-k-worker]");

const prepare = () => navigator.serviceWorker?.register(manifest.dataset.kWorker).catch(() => {});

if (manifest) {
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone) prepare();
  window.addEventListener("appinstalled", prepare);
}
