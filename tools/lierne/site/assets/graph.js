/* Draws the map of the concept graph, and a note's own neighbourhood, on a canvas.

   Where everything stands was computed when the site was built; here it is only shown. Titles come
   from notes and are nothing but text: they go to the canvas and into text nodes. */
const KINDS = { n: "note", u: "not yet written", m: "code", t: "tag", a: "file" }
const LONGEST = 30
const calm = matchMedia("(prefers-reduced-motion: reduce)")
const clamp = (value, low, high) => Math.max(low, Math.min(high, value))

function make(tag, name, ...inside) {
  const element = document.createElement(tag)
  if (name) element.className = name
  element.append(...inside)
  return element
}

/* Cuts a title as the layout did, by characters as people count them. */
function cut(title) {
  const letters = [...title.trim().replace(/\s+/gu, " ")]
  return letters.length > LONGEST ? letters.slice(0, LONGEST - 1).join("").trimEnd() + "…" : letters.join("")
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
}

function read(data, root) {
  const rows = data.nodes
  const nodes = rows.title.map((title, id) => ({
    id, title, label: cut(title), kind: rows.kind[id], path: rows.url[id],
    url: rows.url[id] === null ? null : new URL("./" + rows.url[id], root).href,
    x: rows.x[id], y: rows.y[id], size: rows.size[id], links: rows.links[id], number: rows.number[id],
    font: 12 + Math.max(0, rows.size[id] - 6) / 3,
    group: rows.group[id], folder: rows.folder[id], tags: rows.tags[id], near: new Set(),
    map: [rows.x[id], rows.y[id]], order: [rows.rx[id], rows.ry[id]],
  }))
  const bonds = [], needs = []
  for (let at = 0; at < data.bonds.length; at += 3) {
    const [one, other] = [nodes[data.bonds[at]], nodes[data.bonds[at + 1]]]
    bonds.push({ one, other, how: data.bonds[at + 2] })
  }
  for (let at = 0; at < data.needs.length; at += 2) {
    needs.push({ one: nodes[data.needs[at]], other: nodes[data.needs[at + 1]], how: 1 })
  }
  return { nodes, bonds, needs, data }
}

/* A canvas with nodes on it that one can look at, move, and go to. */
class View {
  constructor(canvas, settings) {
    Object.assign(this, {
      canvas, pen: canvas.getContext("2d"), nodes: [], edges: [], colour: "group",
      k: 1, x: 0, y: 0, over: null, picked: null, marked: null, boxes: [], touches: new Map(), ...settings,
    })
    canvas.view = this
    this.pen.textBaseline = "middle"
    const on = (name, act, options) => canvas.addEventListener(name, act.bind(this), options)
    on("pointerdown", this.down)
    on("pointermove", this.move)
    on("pointerup", this.up)
    on("pointercancel", this.lost)
    on("pointerleave", () => this.point(null))
    on("keydown", this.key)
    if (!this.still) on("wheel", this.wheel, { passive: false })
    new ResizeObserver((_, observer) => this.alive(observer) && this.measure()).observe(canvas)
    new MutationObserver((_, observer) => this.alive(observer) && this.paint())
      .observe(document.body, { attributeFilter: ["data-md-color-scheme", "data-md-color-primary", "data-md-color-accent"] })
    this.paint()
  }

  /* A page that was left leaves nothing behind. */
  alive(observer) {
    if (!this.canvas.isConnected) observer.disconnect()
    return this.canvas.isConnected
  }

  paint() {
    const style = getComputedStyle(this.canvas)
    const of = (name) => style.getPropertyValue(name).trim()
    this.ink = of("--md-default-fg-color") || style.color
    this.paper = of("--md-default-bg-color") || "#fff"
    this.quiet = of("--md-default-fg-color--light") || this.ink
    this.amber = of("--lierne-code") || this.ink
    this.colours = Array.from({ length: 10 }, (_, number) => of(`--lierne-${number}`) || this.ink)
    this.family = style.fontFamily
    this.ask()
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.canvas
    if (!width) return
    const first = !this.width, ratio = devicePixelRatio || 1
    if (!first) [this.x, this.y] = [this.x + (width - this.width) / 2, this.y + (height - this.height) / 2]
    Object.assign(this, { width, height, ratio })
    this.canvas.width = width * ratio
    this.canvas.height = height * ratio
    this.arrange?.()
    if (first || this.fitted) this.all(false)
    this.draw()
  }

  show(nodes, edges) {
    Object.assign(this, { nodes, edges })
    for (const node of nodes) node.near.clear()
    for (const { one, other } of edges) {
      one.near.add(other)
      other.near.add(one)
    }
    // Where room is short, those with more links have their label first.
    this.ranked = [...nodes].sort((a, b) => b.size - a.size || a.id - b.id)
    if (!nodes.includes(this.picked)) this.picked = null
    this.ask()
  }

  ask() {
    this.due ||= requestAnimationFrame(() => this.draw())
  }

  /* --- Drawing --- */

  draw() {
    this.due = cancelAnimationFrame(this.due)
    if (!this.width) return
    const { pen, ratio } = this
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, this.width, this.height)
    this.lit = this.over || this.picked
    this.drawEdges()
    for (const node of this.nodes) this.drawNode(node)
    this.drawLabels()
    pen.globalAlpha = 1
    this.decorate?.(pen)
  }

  at(node) {
    return [node.x * this.k + this.x, node.y * this.k + this.y]
  }

  radius(node) {
    return node.size * (this.reading ? 0.7 : 1) * clamp(this.k, 0.4, 1.6)
  }

  dim(node) {
    if (this.lit) return node !== this.lit && !this.lit.near.has(node)
    return this.marked !== null && !this.marked.has(node)
  }

  drawEdges() {
    const { pen, lit } = this
    const usual = clamp(7 / Math.sqrt(this.edges.length + 1), 0.12, 0.6) * (lit || this.marked ? 0.3 : 1)
    for (const bright of lit ? [false, true] : [false]) {
      for (const code of [false, true]) {
        pen.beginPath()
        for (const edge of this.edges) {
          const here = edge.one === lit || edge.other === lit
          if (here === bright && edge.how > 1 === code) this.trace(edge)
        }
        pen.setLineDash(code ? [5, 3] : [])
        pen.lineWidth = bright ? 1.6 : 1
        pen.globalAlpha = bright ? 0.9 : code ? Math.min(1, usual * 1.7) : usual
        pen.strokeStyle = code ? this.amber : this.ink
        pen.stroke()
      }
    }
    pen.setLineDash([])
  }

  trace({ one, other }) {
    const [[x, y], [u, v]] = [this.at(one), this.at(other)]
    this.pen.moveTo(x, y)
    if (this.reading) this.pen.bezierCurveTo(x, (y + v) / 2, u, (y + v) / 2, u, v)
    else this.pen.lineTo(u, v)
  }

  colourOf(node) {
    const of = this.colour === "tag" ? node.tags[0] ?? -1 : node[this.colour]
    const named = this.data[this.colour + "s"][of]
    return named ? this.colours[named[1]] : this.quiet
  }

  drawNode(node) {
    const { pen } = this, [x, y] = this.at(node), r = this.radius(node)
    if (x < -r || y < -r || x > this.width + r || y > this.height + r) return
    pen.globalAlpha = this.dim(node) ? 0.22 : 1
    pen.beginPath()
    if (node.kind === "m") pen.rect(x - r, y - r, 2 * r, 2 * r)
    else if (node.kind === "t") pen.ellipse(x, y, r * 1.1, r * 1.1, 0, 0, 7)
    else if (node.kind === "a") {
      pen.moveTo(x, y - r * 1.2)
      pen.lineTo(x + r * 1.2, y + r)
      pen.lineTo(x - r * 1.2, y + r)
      pen.closePath()
    } else pen.arc(x, y, r, 0, 7)
    const hollow = node.kind === "u" || node.kind === "t" || node.url === null
    pen.fillStyle = hollow ? this.paper : node.kind === "m" ? this.amber : this.colourOf(node)
    pen.strokeStyle = hollow ? this.quiet : this.paper
    pen.lineWidth = 1.5
    pen.setLineDash(node.kind === "u" ? [2.5, 2] : [])
    pen.fill()
    pen.stroke()
    pen.setLineDash([])
    if (node === this.picked || node === this.over || node.here) {
      pen.beginPath()
      pen.arc(x, y, r + 3.5, 0, 7)
      pen.lineWidth = 2
      pen.strokeStyle = this.ink
      pen.stroke()
    }
  }

  drawLabels() {
    const { pen, lit } = this, scale = clamp(this.k, 0.9, 1.25)
    const first = lit ? [lit, ...[...lit.near].sort((a, b) => b.size - a.size)] : [...(this.marked || [])]
    this.boxes = []
    pen.lineJoin = "round"
    for (const node of new Set([...first, ...this.ranked])) {
      if (!this.nodes.includes) break
      const [x, y] = this.at(node), size = (this.reading ? 12 : node.font) * scale
      if (x < -200 || y < -40 || x > this.width + 200 || y > this.height + 40 || !this.shows(node)) continue
      pen.font = `${node.here || node === lit ? 600 : 400} ${size}px ${this.family}`
      const text = this.reading ? `${node.number} ${node.label}` : node.label
      const wide = pen.measureText(text).width, r = this.radius(node)
      const box = node.side
        ? { x: node.side < 0 ? x - r - 6 - wide : x + r + 6, y: y - size * 0.6, w: wide, h: size * 1.2 }
        : { x: x - wide / 2, y: y + r + 2, w: wide, h: size * 1.2 }
      if (this.boxes.some((b) => box.x < b.x + b.w && b.x < box.x + box.w && box.y < b.y + b.h && b.y < box.y + box.h)) continue
      this.boxes.push({ ...box, node })
      pen.globalAlpha = this.dim(node) ? 0.3 : 1
      pen.lineWidth = 3.5
      pen.strokeStyle = this.paper
      pen.fillStyle = node.kind === "u" ? this.quiet : this.ink
      pen.strokeText(text, box.x, box.y + box.h / 2)
      pen.fillText(text, box.x, box.y + box.h / 2)
    }
  }

  /* What belongs to notes is many: its names are shown from near, or when asked for. */
  shows(node) {
    return node.kind === "n" || node.kind === "u" || this.k > 1.6 || node === this.lit || Boolean(this.lit?.near.has(node)) ||
      Boolean(this.marked?.has(node))
  }

  /* --- Where one looks --- */

  bounds() {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const { x, y, size, label, font } of this.nodes) {
      const half = Math.max(size, label.length * font * 0.28)
      left = Math.min(left, x - half)
      right = Math.max(right, x + half)
      top = Math.min(top, y - size)
      bottom = Math.max(bottom, y + size + font * 1.5)
    }
    return [left, top, right, bottom]
  }

  all(moving = true) {
    const [left, top, right, bottom] = this.bounds()
    if (left > right) return
    const k = Math.min((this.width - 24) / (right - left), (this.height - 24) / (bottom - top), 1.6)
    this.look(k, (left + right) / 2, (top + bottom) / 2, moving)
    this.fitted = true
  }

  /* Shows a point in the middle, at once or on the way there. */
  look(k, u, v, moving = true) {
    const to = [k, this.width / 2 - u * k, this.height / 2 - v * k]
    const from = [this.k, this.x, this.y]
    this.fitted = false
    this.glide(moving, (part) => {
      [this.k, this.x, this.y] = from.map((value, index) => value + (to[index] - value) * part)
    })
  }

  glide(moving, step) {
    cancelAnimationFrame(this.gliding)
    const began = performance.now()
    const on = (now) => {
      const time = moving && !calm.matches ? clamp((now - began) / 350, 0, 1) : 1
      step(time * time * (3 - 2 * time))
      this.draw()
      if (time < 1) this.gliding = requestAnimationFrame(on)
    }
    on(began)
  }

  zoom(by, x = this.width / 2, y = this.height / 2) {
    const k = clamp(this.k * by, 0.05, 8), part = k / this.k
    Object.assign(this, { k, x: x - (x - this.x) * part, y: y - (y - this.y) * part, fitted: false })
    this.ask()
  }

  /* --- Pointer and keyboard --- */

  spot(event) {
    const box = this.canvas.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  hit([x, y], more = 6) {
    let best = null, least = Infinity
    for (const node of this.nodes) {
      const [u, v] = this.at(node), far = Math.hypot(u - x, v - y) - this.radius(node)
      if (far < more && far < least) [best, least] = [node, far]
    }
    const named = this.boxes.find((b) => x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h)
    return best || named?.node || null
  }

  point(node) {
    if (node === this.over) return
    this.over = node
    this.canvas.style.cursor = node ? "pointer" : ""
    this.ask()
  }

  down(event) {
    const spot = this.spot(event)
    this.canvas.setPointerCapture(event.pointerId)
    this.touches.set(event.pointerId, spot)
    this.held = { node: this.hit(spot, event.pointerType === "mouse" ? 6 : 14), spot, moved: this.touches.size > 1 }
  }

  move(event) {
    const spot = this.spot(event), before = this.touches.get(event.pointerId)
    if (!before || !this.held) return void (event.pointerType === "mouse" && this.point(this.hit(spot)))
    const { held } = this
    held.moved ||= Math.hypot(spot[0] - held.spot[0], spot[1] - held.spot[1]) > 4
    if (!held.moved) return
    if (this.touches.size > 1) this.pinch(event.pointerId, spot)
    else if (held.node) {
      held.node.x += (spot[0] - before[0]) / this.k
      held.node.y += (spot[1] - before[1]) / this.k
    } else if (!this.still) {
      this.x += spot[0] - before[0]
      this.y += spot[1] - before[1]
      this.fitted = false
    }
    this.touches.set(event.pointerId, spot)
    this.ask()
  }

  pinch(id, spot) {
    if (this.still) return
    const before = this.touches.get(id)
    const [, other] = [...this.touches].find(([key]) => key !== id)
    const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1
    this.x += (spot[0] - before[0]) / 2
    this.y += (spot[1] - before[1]) / 2
    this.zoom(far(spot) / far(before), (spot[0] + other[0]) / 2, (spot[1] + other[1]) / 2)
  }

  up(event) {
    const { held } = this
    this.lost(event)
    if (!held || held.moved) return
    // A finger does not hover: the first touch shows what is there, the second one goes.
    const goes = event.pointerType === "mouse" || held.node === this.picked
    if (goes && held.node?.url) this.go(held.node, event)
    else this.pick(held.node)
  }

  lost(event) {
    this.touches.delete(event.pointerId)
    if (!this.touches.size) this.held = null
  }

  wheel(event) {
    event.preventDefault()
    this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : event.deltaMode ? 0.05 : 0.0016)), ...this.spot(event))
  }

  key(event) {
    const { key } = event
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (ways[key]) this.step(...ways[key])
    else if (key === "Enter" && this.picked) this.go(this.picked, event)
    else if (key === "Escape") this.pick(null)
    else if (this.still) return
    else if (key === "+" || key === "=") this.zoom(1.3)
    else if (key === "-") this.zoom(1 / 1.3)
    else if (key === "0") this.all()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  /* Goes to the nearest node in a direction. */
  step(right, down) {
    const from = this.picked || { x: (this.width / 2 - this.x) / this.k, y: (this.height / 2 - this.y) / this.k }
    let best = null, least = Infinity
    for (const node of this.nodes) {
      const x = node.x - from.x, y = node.y - from.y
      const along = x * right + y * down, aside = Math.abs(x * down) + Math.abs(y * right)
      const cost = along + 2.5 * aside
      if (node !== from && (along > aside / 3 || !this.picked) && Math.abs(cost) < least) [best, least] = [node, Math.abs(cost)]
    }
    if (best) this.pick(best, true)
  }

  pick(node, look = false) {
    this.picked = node
    this.say?.(node)
    this.ask()
    if (!node || !look || this.still) return
    const [x, y] = this.at(node)
    if (x < 40 || y < 40 || x > this.width - 40 || y > this.height - 50) this.look(this.k, node.x, node.y)
  }

  /* Follows a link as if it stood on the page, so that whoever listens to links hears it. */
  go(node, { ctrlKey, metaKey, shiftKey } = {}) {
    if (!node.url) return
    const link = make("a")
    link.href = node.url
    this.canvas.after(link)
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }))
    link.remove()
  }
}

/* --- The page of the whole graph --- */

function whole(host, graph) {
  const find = (selector) => host.querySelector(selector)
  const [bar, kinds, said, legend] = [".lierne-bar", ".lierne-kinds", ".lierne-said", ".lierne-legend"].map(find)
  const view = new View(find("canvas"), { data: graph.data, say })
  const tags = graph.data.tags.map(([name]) => name.toLowerCase())

  function say(node) {
    if (!node) return void said.replaceChildren()
    const name = make(node.url ? "a" : "b", "", node.title)
    if (node.url) name.href = node.url
    said.replaceChildren(name, ` · ${KINDS[node.kind]} · ${node.near.size} ${node.near.size === 1 ? "link" : "links"}`)
  }

  function tagged(node, tag) {
    return node.tags.some((number) => tags[number] === tag || tags[number].startsWith(tag + "/"))
  }

  /* Shows what the boxes and the view say. */
  function choose() {
    const tag = bar.tag?.value.toLowerCase() || "", on = (name) => kinds[name]?.checked ?? false
    const wanted = (node) => view.reading ? node.number > 0 : on(node.kind)
    let nodes = graph.nodes.filter((node) => wanted(node) && !(node.kind === "n" && tag && !tagged(node, tag)))
    const notes = new Set(nodes)
    const ways = (on("prose") ? 1 : 0) | (on("code") ? 2 : 0)
    let edges = (view.reading ? graph.needs : graph.bonds)
      .filter(({ one, other }) => notes.has(one) && notes.has(other))
    if (tag) {
      const held = new Set(edges.flatMap(({ one, other }) => [one.kind === "n" ? other : null, other.kind === "n" ? one : null]))
      nodes = nodes.filter((node) => node.kind === "n" || held.has(node))
    }
    if (!view.reading) {
      // With the targets on the map, the code's ways lead over them.
      const lent = on("m") ? 1 : 3
      const how = (edge) => edge.how & ways & (edge.one.kind === "n" && edge.other.kind === "n" ? lent : 3)
      edges = edges.map((edge) => ({ ...edge, how: how(edge) })).filter((edge) => edge.how)
    }
    const there = new Set(nodes)
    view.show(nodes, edges.filter(({ one, other }) => there.has(one) && there.has(other)))
  }

  function place(name) {
    const from = graph.nodes.map(({ x, y }) => [x, y])
    view.glide(true, (part) => graph.nodes.forEach((node, index) => {
      node.x = from[index][0] + (node[name][0] - from[index][0]) * part
      node.y = from[index][1] + (node[name][1] - from[index][1]) * part
    }))
  }

  function explain() {
    const of = view.colour === "tag" ? (node) => node.tags[0] ?? -1 : (node) => node[view.colour]
    const items = graph.data[view.colour + "s"].map(([name, colour], index) => {
      const members = new Set(graph.nodes.filter((node) => of(node) === index))
      const key = make("button", "", make("i", `lierne-colour-${colour}`), (view.colour === "group" ? "around " : "") + name)
      key.type = "button"
      key.ariaPressed = "false"
      key.onclick = () => {
        const on = key.ariaPressed !== "true"
        legend.querySelectorAll("button").forEach((other) => { other.ariaPressed = "false" })
        key.ariaPressed = String(on)
        view.marked = on ? members : null
        view.ask()
      }
      return members.size ? make("li", "", key) : ""
    })
    legend.replaceChildren(...items.slice(0, 14))
  }

  let found = []
  bar.find.oninput = () => {
    const words = plain(bar.find.value.trim())
    found = words ? view.ranked.filter((node) => plain(node.title).includes(words)) : []
    // What begins with the words is more likely meant than what has them within.
    found.sort((a, b) => plain(b.title).startsWith(words) - plain(a.title).startsWith(words))
    view.marked = words ? new Set(found) : null
    view.pick(null)
    said.textContent = words ? `${found.length} found` : ""
  }
  bar.onsubmit = (event) => {
    event.preventDefault()
    if (!found.length) return
    if (found.length === 1 && view.picked === found[0]) return void view.go(found[0])
    view.pick(found[(found.indexOf(view.picked) + 1) % found.length], true)
  }
  bar.onchange = (event) => {
    if (event.target === bar.find) return
    view.colour = bar.colour.value
    const reading = bar.view.value === "order", turned = reading !== Boolean(view.reading)
    view.reading = reading
    kinds.classList.toggle("lierne-off", reading)
    if (event.target.name === "colour") {
      view.marked = null
      explain()
    }
    choose()
    if (!turned) return
    const [u, v] = reading ? ["order", "map"] : ["map", "order"]
    for (const node of graph.nodes) [node.x, node.y] = node[u] // to see where all will be
    const { k, x, y } = view
    view.all(false)
    const end = [view.k, view.x, view.y]
    Object.assign(view, { k, x, y })
    for (const node of graph.nodes) [node.x, node.y] = node[v]
    const begin = [k, x, y], from = graph.nodes.map((node) => node[v])
    view.glide(true, (part) => {
      [view.k, view.x, view.y] = begin.map((value, index) => value + (end[index] - value) * part)
      graph.nodes.forEach((node, index) => {
        node.x = from[index][0] + (node[u][0] - from[index][0]) * part
        node.y = from[index][1] + (node[u][1] - from[index][1]) * part
      })
    })
    view.fitted = true
  }
  kinds.onchange = choose
  host.onclick = ({ target }) => {
    const acts = { in: () => view.zoom(1.4), out: () => view.zoom(1 / 1.4), all: () => view.all() }
    acts[target.dataset?.do]?.()
  }
  choose()
  explain()
  view.measure()
  const wanted = /^#note=(.*)/.exec(location.hash)
  if (wanted) view.pick(graph.nodes.find((node) => node.path === wanted[1] || encodeURI(node.path ?? "") === wanted[1]) || null, true)
}

/* --- A note's neighbourhood --- */

const MOST = 16 // on each side

function near(host, graph, path) {
  const self = graph.nodes.find((node) => node.path === path && node.kind === "n")
  const bonds = graph.bonds.filter(({ one, other }) => one === self || other === self)
  const others = bonds.map((bond) => ({ node: bond.one === self ? bond.other : bond.one, how: bond.how }))
    .filter(({ node }) => node.kind === "n" || node.kind === "u")
  if (!others.length) return void (host.hidden = true)
  // Too many: those stay that code joins too, and of the rest those that are joined to little else.
  others.sort((a, b) => b.how - a.how || a.node.links - b.node.links)
  const earlier = ({ node }) => node.number && node.number < self.number
  const sides = [others.filter(earlier), others.filter((one) => !earlier(one))].map((side) =>
    side.slice(0, MOST).map(({ node }) => node).sort((a, b) => (a.number || 1e9) - (b.number || 1e9)))
  const shown = [self, ...sides[0], ...sides[1]], there = new Set(shown)
  const left = others.length + 1 - shown.length
  const canvas = make("canvas")
  canvas.tabIndex = 0
  canvas.role = "application"
  canvas.ariaLabel = `${self.title} and the ${shown.length - 1} concepts around it. Arrow keys go from one to the next, Enter opens its page.`
  const gap = 25, tall = Math.max(sides[0].length, sides[1].length, 3)
  canvas.style.height = `${tall * gap + 56}px`
  const link = make("a", "", "whole graph")
  link.href = new URL(host.dataset.graph, location).href + "#note=" + path
  const said = make("span")
  said.ariaLive = "polite"
  host.replaceChildren(canvas, make("figcaption", "", said, ...(left ? [`${left} more in the `] : ["See it in the "]), link))
  self.here = true
  const view = new View(canvas, {
    data: graph.data, still: true,
    say: (node) => { said.textContent = node ? `${node.title}. ` : "" },
    all() {},
    arrange() {
      const reach = clamp(this.width * 0.2, 56, 190)
      Object.assign(this, { k: 1, x: this.width / 2, y: this.height / 2 + 6 })
      Object.assign(self, { x: 0, y: 0 })
      sides.forEach((side, which) => side.forEach((node, index) => {
        const y = (index - (side.length - 1) / 2) * gap
        const bow = Math.sqrt(Math.max(0, 1 - (y / (tall * gap * 0.62)) ** 2))
        node.side = which ? 1 : -1
        Object.assign(node, { x: node.side * reach * bow, y })
        node.size = clamp(node.size, 3.5, 7)
        node.font = 12.5
      }))
    },
    decorate(pen) {
      pen.font = `11px ${this.family}`
      pen.fillStyle = this.quiet
      ;[["read before", 12], ["read after", this.width - 12 - pen.measureText("read after").width]]
        .forEach(([text, x], which) => sides[which].length && pen.fillText(text, x, 12))
    },
  })
  self.size = clamp(self.size, 6, 10)
  self.font = 13.5
  view.show(shown, graph.bonds.filter(({ one, other }) => there.has(one) && there.has(other)))
  view.measure()
}

function styled(address) {
  const there = [...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.href === address)
  if (there) return Promise.resolve()
  const link = make("link")
  link.rel = "stylesheet"
  link.href = address
  return new Promise((done) => {
    link.onload = link.onerror = done
    document.head.append(link)
  })
}

export async function start(host, map) {
  const [answer] = await Promise.all([fetch(map), styled(new URL("graph.css", map).href)])
  const graph = read(await answer.json(), new URL("../../", map))
  if (!host.isConnected) return
  if (host.dataset.url === undefined) whole(host, graph)
  else near(host, graph, host.dataset.url)
}
