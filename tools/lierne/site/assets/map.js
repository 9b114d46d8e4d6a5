/* Loads what draws maps of the graph, once one of them is in view. Pages that have one ask for this
   small script, also those that are loaded without a new document. */
for (const host of document.querySelectorAll("[data-map]:not([data-seen])")) {
  host.dataset.seen = ""
  host.hidden = false
  const map = new URL(host.dataset.map, location) // now: the address may change under this page
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    seen.disconnect()
    import(new URL("graph.js", map)).then((graph) => graph.start(host, map)).catch((error) => {
      host.hidden = true
      console.warn(error)
    })
  }, { rootMargin: "200px" })
  seen.observe(host)
}
