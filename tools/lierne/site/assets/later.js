/* Loads what draws the graph, once it is to be seen. Pages that have one ask for this
   small script, also those that are loaded without a new document. */
for (const host of document.querySelectorAll("[data-drawing]:not([data-seen])")) {
  host.dataset.seen = ""
  host.hidden = false
  const data = new URL(host.dataset.drawing, location) // now: the address may change under this page
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    seen.disconnect()
    import(new URL("graph.js", data)).then((graph) => graph.start(host, data)).catch((error) => {
      host.hidden = true
      console.warn(error)
    })
  }, { rootMargin: "200px" })
  seen.observe(host)
}
