/* Shows what a link leads to before anybody follows it: under the pointer, or on keyboard focus.

   A note's page has its preview beside it as a small file; what stands on this page is taken from
   here. Listening is done by the document, so pages that are loaded without a new one are heard. */
(function () {
  "use strict"
  const LINKS = "a.internal:not(.broken), a.reference, a.footnote-ref, a.name"
  const known = new Map()
  const box = document.createElement("div")
  let link = null // what is shown, or is about to be
  let waits = 0

  box.className = "lierne-peek md-typeset"
  box.id = "lierne-peek"
  box.setAttribute("role", "tooltip")

  function make(tag, text) {
    const element = document.createElement(tag)
    element.textContent = text
    return element
  }

  function to(address, base) {
    try { return new URL(address, base) } catch { return null }
  }

  function idOf(url) {
    try { return decodeURIComponent(url.hash.slice(1)) } catch { return "" }
  }

  /* Addresses are made whole, as seen from where the HTML comes from. */
  function whole(root, base) {
    for (const element of root.querySelectorAll("[id], [href], [src]")) {
      element.removeAttribute("id")
      for (const name of ["href", "src"]) {
        const address = element.getAttribute(name)
        if (address !== null) element.setAttribute(name, to(address, base)?.href || address)
      }
    }
    root.querySelectorAll(".headerlink, .footnote-backref, button").forEach((e) => e.remove())
    root.querySelectorAll("a, summary, [tabindex]").forEach((e) => { e.tabIndex = -1 })
    return root
  }

  function within(id) {
    const start = document.getElementById(id), found = document.createDocumentFragment()
    if (!start || start.tagName === "H1") return null
    const heading = /^H[2-6]$/.test(start.tagName)
    let next = start
    do {
      const copy = next.cloneNode(true)
      found.append(...(copy.tagName === "LI" ? copy.childNodes : [copy]))
      next = next.nextElementSibling
    } while (heading && next && !/^H[1-6]$/.test(next.tagName) && found.textContent.length < 420)
    return whole(found, location)
  }

  async function note(url) {
    const address = url.origin + url.pathname.replace(/(index\.html|)$/, "").replace(/\.html$/, "")
    const file = address + (address.endsWith("/") ? "note.json" : ".json")
    if (!known.has(file)) {
      known.set(file, fetch(file).then((answer) => answer.ok ? answer.json() : null, () => null))
    }
    return known.get(file)
  }

  async function content(of) {
    if (of.classList.contains("name")) {
      const [first, ...rest] = (of.dataset.title || "").split("\n")
      const said = document.createDocumentFragment()
      said.append(make("code", first), ...rest.filter(Boolean).map((line) => make("p", line)))
      return first ? said : null
    }
    const url = to(of.href), id = url && idOf(url)
    if (!url || url.origin !== location.origin) return null
    if (url.pathname === location.pathname) return within(id)
    const found = await note(url)
    if (!found) return null
    const template = document.createElement("template")
    // Beside the code itself, it is the text around it that is worth a look.
    const own = Object.hasOwn(found.parts, id) && !of.closest(".lierne-file")
    const part = own || !Object.hasOwn(found.in, id) ? id : found.in[id]
    const named = Object.hasOwn(found.parts, part)
    template.innerHTML = named ? found.parts[part] : found.html
    whole(template.content, url)
    template.content.prepend(make(named ? "small" : "strong", found.title))
    return template.content
  }

  function place(x) {
    const lines = [...link.getClientRects()]
    const line = lines.find((r) => x >= r.left && x <= r.right) || lines[0]
    const width = document.documentElement.clientWidth
    const left = Math.max(8, Math.min(x || line.left, width - box.offsetWidth - 8))
    const below = line.bottom + box.offsetHeight + 16 < innerHeight || line.top < innerHeight / 2
    const top = below ? line.bottom + 6 : line.top - box.offsetHeight - 6
    box.style.left = left + scrollX + "px"
    box.style.top = top + scrollY + "px"
    box.style.maxHeight = (below ? innerHeight - line.bottom : line.top) - 20 + "px"
  }

  function hide() {
    clearTimeout(waits)
    box.remove()
    if (!link) return
    link.removeAttribute("aria-describedby")
    if (link.dataset.title) link.title = link.dataset.title
    link = null
  }

  function soon(of, x, pause) {
    clearTimeout(waits)
    if (of === link) return
    waits = setTimeout(async () => {
      hide()
      link = of
      if (of.title) {
        of.dataset.title = of.title // or the browser would show it, too
        of.title = ""
      }
      const shown = await content(of)
      if (link !== of || !shown || !shown.textContent.trim()) return
      box.replaceChildren(shown)
      box.style.cssText = ""
      document.body.append(box)
      place(x)
      box.scrollTop = 0
      of.setAttribute("aria-describedby", box.id)
    }, pause)
  }

  function over(event) {
    if (event.pointerType === "touch") return
    if (box.contains(event.target)) return clearTimeout(waits)
    const of = event.target.closest?.(LINKS)
    if (of) return soon(of, event.clientX, 300)
    clearTimeout(waits)
    if (link) waits = setTimeout(hide, 250)
  }

  // Material gives its search a role and no name.
  const search = document.querySelector(".md-search")
  search?.setAttribute("aria-label", search.querySelector("input[aria-label]")?.ariaLabel || "Search")

  document.addEventListener("pointerover", over)
  document.addEventListener("focusin", (event) => {
    const of = event.target.closest(LINKS)
    if (of && !box.contains(of) && of.matches(":focus-visible")) soon(of, 0, 300)
  })
  document.addEventListener("focusout", hide)
  document.addEventListener("click", hide)
  addEventListener("popstate", hide)
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide() })
})()
