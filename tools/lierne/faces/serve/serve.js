// Keeps an open page as fresh as the notes: asks after each save whether this very page is another
// one now, and puts the new content in the place of the old, where the reader is. Shows what is
// wrong with it. Only `lierne serve` gives this script; a built site does not have it.
(() => {
  const own = new URL(".", document.currentScript.src);
  const parts = ["announce", "container", "header-topic", "outdated", "logo", "skip", "tabs"];
  const part = (name, from = document) => from.querySelector(`[data-md-component=${name}]`);
  const mark = (from) => from.querySelector("meta[name=lierne-page]")?.content;
  const here = () => location.pathname;

  // --- The page ----------------------------------------------------------------------------------

  // The scripts and styles that a page asks for; one that asks for others must be loaded anew.
  const asked = (from) =>
    [...from.querySelectorAll("head link[rel=stylesheet], head script[src], body > script[src]")].map(
      ({ href, src }) => new URL(href || src, location.href).href,
    );
  const fits = (next) => {
    const there = new Set(asked(document));
    return window.document$ && part("container", next) && asked(next).every((one) => there.has(one));
  };

  // Where the reader is, and what they have unfolded; gives what brings them back there.
  function place() {
    let near = null;
    for (const element of document.querySelectorAll("article [id]")) {
      if (!element.getClientRects().length) continue;
      const top = element.getBoundingClientRect().top;
      if (near && top > 100) break;
      near = { id: element.id, top };
    }
    const at = { left: scrollX, top: scrollY };
    const fold = (element, number) => `${number} ${element.querySelector("summary")?.textContent}`;
    const folds = () => [...document.querySelectorAll("article details")];
    const open = new Map(folds().map((element, n) => [fold(element, n), element.open]));
    const toggles = () => [...document.querySelectorAll("[data-md-component=container] input[id]")];
    const on = new Map(toggles().map((element) => [element.id, element.checked]));
    return () => {
      folds().forEach((element, n) => {
        element.open = open.get(fold(element, n)) ?? element.open;
      });
      for (const element of toggles()) element.checked = on.get(element.id) ?? element.checked;
      const same = near && at.top > 0 ? document.getElementById(near.id) : null;
      const moved = same?.getClientRects().length ? same.getBoundingClientRect().top - near.top : null;
      const top = moved === null ? at.top : scrollY + moved;
      scrollTo({ left: at.left, top, behavior: "instant" });
    };
  }

  // A script that came with the content does nothing before it is made anew.
  function start(scripts) {
    for (const old of scripts) {
      const script = document.createElement("script");
      for (const { name, value } of old.attributes) script.setAttribute(name, value);
      script.textContent = old.textContent;
      old.replaceWith(script);
    }
  }

  function swap(next) {
    const back = place();
    for (const name of parts) {
      const [old, fresh] = [part(name), part(name, next)];
      if (old && fresh) old.replaceWith(fresh);
    }
    document.title = next.title;
    document.querySelector("meta[name=lierne-page]")?.replaceWith(
      next.querySelector("meta[name=lierne-page]"),
    );
    start(part("container").querySelectorAll("script"));
    back();
    document.dispatchEvent(new Event("lierne:fresh"));
    document$.next(document); // by this Material, and all who listen to it, see the new content
    back();
  }

  // Only one question at a time, and one more if there was news meanwhile.
  let asking = null;
  let again = false;
  function refresh() {
    if (asking) again = true;
    else
      asking = look().finally(() => {
        asking = null;
        if (again) refresh((again = false));
      });
  }

  async function look() {
    const path = here();
    const known = mark(document);
    const headers = known ? { "If-None-Match": `"${known}"` } : {};
    const answer = await fetch(location.href.split("#")[0], { headers, cache: "no-store" });
    gone = answer.status === 404;
    if (answer.status === 304 || gone) return tell();
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (path !== here() || mark(next) === known) return;
    if (!answer.ok || !fits(next)) return location.reload();
    swap(next);
    tell();
  }

  // Pictures and the like; a page whose style or script was changed is loaded anew.
  function renew(files, number) {
    const saved = new Set(files.map((file) => new URL(file, new URL("..", own)).pathname));
    const is = (address) => address && saved.has(new URL(address, location.href).pathname);
    for (const element of document.querySelectorAll("link[rel=stylesheet], script[src]"))
      if (is(element.href || element.src)) return location.reload();
    for (const name of ["src", "data", "poster"])
      for (const element of document.querySelectorAll(`article [${name}]`))
        if (is(element.getAttribute(name))) {
          const address = new URL(element.getAttribute(name), location.href);
          address.search = `?${number}`;
          element.setAttribute(name, address.href);
        }
  }

  // --- The search --------------------------------------------------------------------------------

  // Material gives its search an index once. If notes were saved since, the next question waits
  // until it has the new one.
  let stale = false;
  let given = null;
  let waiting = Promise.resolve();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const [SETUP, READY, QUERY] = [0, 1, 2];
    if (message?.type === SETUP && message.data?.docs) given = message.data;
    if (message?.type !== QUERY || !given) return post.call(this, message, ...rest);
    if (stale) {
      stale = false;
      waiting = (async () => {
        const answer = await fetch(new URL("../search/search_index.json", own));
        const { config, docs } = await answer.json();
        const ready = new Promise((done) => {
          this.addEventListener("message", function hear(event) {
            if (event.data?.type !== READY) return;
            this.removeEventListener("message", hear);
            done();
          });
        });
        post.call(this, { type: SETUP, data: { ...given, config, docs } });
        await ready;
      })().catch(() => (stale = true));
    }
    waiting.then(() => post.call(this, message, ...rest));
  };

  // --- What is wrong -----------------------------------------------------------------------------

  const style = `
    :host { all: initial }
    section { position: fixed; z-index: 100; right: 1rem; bottom: 1rem; max-width: min(44rem, 100vw - 2rem);
      max-height: 45vh; overflow: auto; box-sizing: border-box; padding: .6rem .9rem; border-radius: .3rem;
      font: 14px/1.45 system-ui, sans-serif; color: #1f2328; background: #fff;
      border: 1px solid #8c959f; border-left: 5px solid #9a6700; box-shadow: 0 4px 18px #0004 }
    section.dark { color: #e6edf3; background: #161b22; border-color: #6e7681 }
    section:not(.little) { border-left-color: #bf8700 }
    section.error { border-left-color: #cf222e }
    section.little { border-left: 1px solid #8c959f }
    ul { margin: 0; padding: 0; list-style: none } li + li { margin-top: .5rem }
    code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere }
    p { margin: 0 } .help { color: #57606a } .foot { margin-top: .5rem; color: #57606a }
    section.little .foot { margin: 0 }
    button { float: right; margin: 0 0 .2rem .8rem; font: inherit; color: inherit; cursor: pointer;
      background: none; border: 1px solid #8c959f; border-radius: .3rem; padding: 0 .45rem }
    button:focus-visible { outline: 2px solid #0969da; outline-offset: 1px }
    .dark .help, .dark .foot { color: #9da7b3 }
    @media print { section { display: none } }`;
  let gone = false;
  let wrong = "";
  let dismissed = "";
  let host = null;
  let region = null;

  const make = (name, text = "", kind = "") =>
    Object.assign(document.createElement(name), { textContent: text, className: kind });
  // Names stand in backquotes.
  const phrase = (text, kind) => {
    const line = make("p", "", kind);
    line.append(...text.split("`").map((part, n) => (n % 2 ? make("code", part) : part)));
    return line;
  };
  const many = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  function items({ trouble, own: problems }) {
    const lost = "This page is gone: its note was removed, renamed, or is no longer published.";
    const list = [...(gone ? [lost] : []), ...(trouble ? [trouble] : [])].map((text) => make("li", text));
    for (const { place: where, code, message, help } of problems) {
      const item = make("li");
      item.append(phrase(`\`${where}\` ${message} (${code})`, "what"));
      if (help) item.append(phrase(help, "help"));
      list.push(item);
    }
    return list;
  }

  function show(told) {
    const list = items(told);
    const others = told.others + told.more;
    const [some, more] = [list.length > 0, others > 0];
    const now = JSON.stringify([gone, told]);
    if (now === wrong) return;
    wrong = now;
    if (!host) {
      host = document.createElement("lierne-serve");
      host.attachShadow({ mode: "open" }).append(make("style", style), (region = make("div")));
      region.setAttribute("role", "status");
      document.documentElement.append(host);
    }
    const about = JSON.stringify([gone, told.trouble, told.own, some || told.others]);
    if (!(some || more) || about === dismissed) return region.replaceChildren();
    const dark = document.body.dataset.mdColorScheme === "slate";
    const error = gone || told.trouble || told.own.some(({ severity }) => severity === "error");
    const box = make("section", "", `${error ? "error" : ""} ${some ? "" : "little"} ${dark ? "dark" : ""}`);
    box.setAttribute("aria-label", some ? "What is wrong with this page" : "What is wrong elsewhere");
    const close = make("button", "×");
    close.setAttribute("aria-label", "Dismiss");
    const dismiss = () => region.replaceChildren((dismissed = about) && "");
    close.addEventListener("click", dismiss);
    box.addEventListener("keydown", ({ key }) => key === "Escape" && dismiss());
    box.append(close);
    if (some) box.append(make("ul"));
    box.querySelector("ul")?.append(...list);
    const count = some ? `${others} more elsewhere` : `${many(others, "problem")} elsewhere`;
    if (more) box.append(phrase(`${count}; \`lierne check\` shows all`, "foot"));
    region.replaceChildren(box);
  }

  async function tell() {
    const page = encodeURIComponent(here());
    const answer = await fetch(new URL(`wrong.json?page=${page}`, own), { cache: "no-store" });
    if (answer.ok) show(await answer.json());
  }

  // --- The news ----------------------------------------------------------------------------------

  let stream = null;
  let number = null;
  let server = null;
  const quietly = () => {};

  function listen() {
    if (stream || document.hidden) return;
    stream = new EventSource(new URL("events", own));
    stream.addEventListener("saved", ({ data }) => {
      const news = JSON.parse(data);
      if (server && server !== news.server) return location.reload();
      const first = number === null;
      server = news.server;
      if (news.number === number) return;
      number = news.number;
      if (!first) {
        stale = true;
        renew(news.files, number);
      }
      if (!first && news.reload) location.reload();
      else refresh();
    });
    stream.addEventListener("wrong", () => tell().catch(quietly));
  }

  // A browser has few streams for one server, so only pages that are seen have one.
  function turn() {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else listen();
  }

  addEventListener("visibilitychange", turn);
  addEventListener("pagehide", () => stream?.close());
  addEventListener("DOMContentLoaded", () => {
    listen();
    let path = here();
    window.document$?.subscribe(() => {
      if (path === here()) return;
      path = here();
      gone = false;
      tell().catch(quietly);
    });
  });
})();
