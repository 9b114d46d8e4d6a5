/* The page of the whole graph: what is shown of it, found in it, and said of it. */
import { View, between, make } from "./view.js"

const KINDS = { n: "note", u: "not yet written", m: "code", t: "tag", a: "file" }
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()

export function show(host, graph) {
  const { data, nodes } = graph
  const [bar, kinds, said, legend] = [".lierne-bar", ".lierne-kinds", ".lierne-said", ".lierne-legend"]
    .map((name) => host.querySelector(name))
  const view = new View(host.querySelector("canvas"), { data, say })
  const tags = data.tags.map(([name]) => name.toLowerCase())
  let found = []

  function say(node) {
    if (!node) return said.replaceChildren()
    const count = node.near.size, { title, href } = node
    said.replaceChildren(href ? make("a", title, { href }) : title, ` · ${KINDS[node.kind]} · ${count} ${count === 1 ? "link" : "links"}`)
  }

  /* Shows what the boxes and the view say. */
  function choose() {
    const tag = bar.tag?.value.toLowerCase(), on = (name) => kinds[name]?.checked
    const tagged = (node) => !tag || node.kind !== "n" || node.tags.some((n) => (tags[n] + "/").startsWith(tag + "/"))
    const shown = new Set(nodes.filter((node) => (view.reading ? node.number : on(node.kind)) && tagged(node)))
    const ways = (on("prose") ? 1 : 0) + (on("code") ? 2 : 0), near = new Set()
    const edges = []
    for (const { one, other, how } of view.reading ? graph.needs : graph.bonds) {
      // With the targets shown, the code's ways lead over them.
      const lent = on("m") && one.kind === "n" && other.kind === "n" ? 1 : 3
      const left = view.reading ? how : how & ways & lent
      if (!left || !shown.has(one) || !shown.has(other)) continue
      edges.push({ one, other, how: left })
      near.add(one).add(other)
    }
    view.show([...shown].filter((node) => !tag || node.kind === "n" || near.has(node)), edges)
  }

  /* Who has not chosen what to look at sees all that is shown. */
  function fit() {
    if (view.fitted) view.all()
  }

  /* Moves all nodes to their places in one of the two views, and shows them there. */
  function turn(name) {
    const from = nodes.map(({ x, y }) => [x, y]), begin = [view.k, view.x, view.y]
    for (const node of nodes) [node.x, node.y] = node[name]
    view.all(false)
    const end = [view.k, view.x, view.y]
    view.glide(true, (part) => {
      [view.k, view.x, view.y] = between(begin, end, part)
      nodes.forEach((node, index) => { [node.x, node.y] = between(from[index], node[name], part) })
    })
  }

  /* Says what the colours mean; each shows what has it. */
  function explain() {
    const items = data[view.colour + "s"].map(([name, colour], index) => {
      const members = new Set(nodes.filter((node) => view.sort(node) === index))
      const key = make("button", (view.colour === "group" ? "around " : "") + name, { type: "button", ariaPressed: "false" })
      key.prepend(make("i", "", { className: "lierne-colour-" + colour }))
      key.onclick = () => {
        const on = key.ariaPressed === "false"
        for (const other of legend.querySelectorAll("button")) other.ariaPressed = String(on && other === key)
        view.marked = on ? members : null
        view.ask()
      }
      return members.size ? make("li", key) : ""
    })
    legend.replaceChildren(...items.slice(0, 14))
  }

  bar.find.oninput = () => {
    const words = plain(bar.find.value.trim()), begins = (node) => plain(node.title).startsWith(words)
    found = words ? view.ranked.filter((node) => plain(node.title).includes(words)) : []
    // What begins with the words is more likely meant than what has them within.
    found.sort((a, b) => begins(b) - begins(a))
    view.marked = words ? new Set(found) : null
    view.pick(null)
    if (words) said.textContent = found.length + " found"
  }
  bar.onsubmit = (event) => {
    event.preventDefault()
    if (found.length === 1 && view.picked === found[0]) view.go(found[0])
    else if (found.length) view.pick(found[(found.indexOf(view.picked) + 1) % found.length])
  }
  bar.onchange = ({ target }) => {
    view.reading = bar.view.value === "order"
    view.colour = bar.colour.value
    if (target === bar.find) return
    if (target === bar.colour) view.marked = explain() || null
    kinds.classList.toggle("lierne-off", view.reading)
    choose()
    if (target.name === "view") turn(view.reading ? "order" : "overview")
    else fit()
  }
  kinds.onchange = () => { choose(); fit() }
  host.onclick = ({ target }) => {
    const acts = { in: () => view.zoom(1.4), out: () => view.zoom(1 / 1.4), all: () => view.all() }
    acts[target.dataset.do]?.()
  }
  // A tall screen has the overview turned by a quarter.
  const { clientWidth, clientHeight } = view.canvas
  if (clientHeight > clientWidth) for (const node of nodes) [node.x, node.y] = node.overview = [node.y, node.x]
  choose()
  explain()
  view.measure()
  const wanted = nodes.find((node) => "#note=" + node.url === location.hash)
  if (wanted) view.pick(wanted)
}
