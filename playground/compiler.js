// The worker as the page sees it: asked, restarted when it hangs, and asked again.

const FIRST = 60_000; // milliseconds that the first answer may take, while code is still being compiled
const MOST = 10_000; // and each later one

const GOES_ON = new Set(["compiled", "fixed"]);

export class Compiler {
  // `hear` gets each message of the worker about the newest drawing; `hung` is called when one was ended.
  constructor(hear, hung) {
    this.hear = hear;
    this.hung = hung;
    this.count = 0;
    this.start();
  }

  start() {
    // Through a `blob:` the worker inherits the page's policy: it can ask nobody else, either.
    const source = `import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.worker = new Worker(url, { type: "module" });
    this.isReady = this.isWarm = false;
    this.worker.addEventListener("message", ({ data }) => this.heard(data));
    this.worker.addEventListener("error", (event) => this.hear({ kind: "lost", words: event.message ?? "" }));
  }

  compile(drawing, settings) {
    this.count += 1;
    this.ask({ kind: "compile", id: this.count, drawing, settings });
  }

  ask(question) {
    this.worker.postMessage({ id: this.count, ...question });
    if (this.isReady) this.wait();
  }

  heard(message) {
    const { kind, id } = message;
    clearTimeout(this.timer);
    if (kind === "ready") this.isReady = true;
    if (kind === "pictures") this.isWarm = true;
    if (kind === "ready" ? this.count > 0 : GOES_ON.has(kind)) this.wait();
    if (kind === "failed" && message.isBroken) this.restart(false);
    if (id === undefined || id === this.count) this.hear(message);
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.restart(), this.isWarm ? MOST : FIRST);
  }

  restart(isHung = true) {
    clearTimeout(this.timer);
    this.worker.terminate();
    this.count += 1; // what the old one was asked is of no interest any more
    this.start();
    if (isHung) this.hung();
  }
}
