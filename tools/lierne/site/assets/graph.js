/* Draws the concept graph, and a note's own neighbourhood, on a canvas.

   Where all stands was computed when the site was built. Titles are text: they go to the canvas and
   into text nodes. */
const KINDS = { n: "note", u: "not yet written", m: "code", t: "tag", a: "file" }
const LONGEST = 30
const MOST = 20 // neighbours on each side
const calm = matchMedia("(prefers-reduced-motion: reduce)")
const clamp = (value, low, high) => Math.max(low, Math.min(high, value))
const between = (one, other, part) => one.map((value, index) => value + (other[index] - value) * part)
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()

function make(tag, text, settings) {
  const element = Object.assign(document.createElement(tag), settings)
  element.append(text)
  return element
}

/* Cuts a title as the layout did. */
function cut(title) {
  const letters = [...title.trim().replace(/\s+/g, " ")]
  return letters.length > LONGEST ? letters.slice(0, LONGEST - 1).join("").trimEnd() + "…" : letters.join("")
}

function read(data, root) {
  const columns = Object.entries(data.nodes)
  const nodes = data.nodes.title.map((title, id) => {
    const node = Object.fromEntries(columns.map(([name, values]) => [name, values[id]]))
    return Object.assign(node, {
      id, label: cut(title), near: new Set(), overview: [node.x, node.y], order: [node.rx, node.ry],
      font: 12 + Math.max(0, node.size - 6) / 3,
      href: node.url === null ? null : new URL("./" + node.url, root).href,
    })
  })
  const edges = (numbers, step) => Array.from({ length: numbers.length / step }, (_, row) => ({
    one: nodes[numbers[row * step]], other: nodes[numbers[row * step + 1]], how: step > 2 ? numbers[row * step + 2] : 1,
  }))
  return { data, nodes, bonds: edges(data.bonds, 3), needs: edges(data.needs, 2) }
}

/* A canvas with nodes on it that one can look at, move, and go to. */
class View {
  constructor(canvas, settings) {
    Object.assign(this, {
      canvas, pen: canvas.getContext("2d"), nodes: [], edges: [], boxes: [], colour: "group", k: 1, x: 0, y: 0,
      over: null, picked: null, marked: null, touches: new Map(), widths: new Map(), ...settings,
    })
    canvas.view = this
    for (const name of ["down", "move", "up", "cancel", "leave"]) {
      canvas.addEventListener("pointer" + name, (event) => this[name](event))
    }
    canvas.addEventListener("keydown", (event) => this.key(event))
    if (!this.still) canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
    // A page that was left leaves nothing behind.
    const whileHere = (act) => (_, observer) => canvas.isConnected ? act.call(this) : observer.disconnect()
    new ResizeObserver(whileHere(this.measure)).observe(canvas)
    new MutationObserver(whileHere(this.paint)).observe(document.body, { attributeFilter: ["data-md-color-scheme"] })
    this.paint()
  }

  paint() {
    const style = getComputedStyle(this.canvas), of = (name) => style.getPropertyValue(name) || style.color
    this.ink = of("--md-default-fg-color")
    this.paper = of("--md-default-bg-color")
    this.quiet = of("--md-default-fg-color--light")
    this.code = of("--lierne-code")
    this.colours = Array.from({ length: 9 }, (_, number) => of("--lierne-" + number))
    this.family = style.fontFamily
    this.ask()
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.canvas, ratio = devicePixelRatio
    if (!width) return
    const first = !this.width
    this.x += first ? 0 : (width - this.width) / 2
    this.y += first ? 0 : (height - this.height) / 2
    Object.assign(this, { width, height, ratio })
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio })
    if (this.arrange) this.arrange()
    else if (first || this.fitted) this.all(false)
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
    pen.lineJoin = "round"
    pen.textBaseline = "middle"
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
    return Math.max(2.2, node.size * (this.reading ? 0.7 : 1) * clamp(this.k, 0.4, 1.6))
  }

  dim(node) {
    return this.lit ? node !== this.lit && !this.lit.near.has(node) : this.marked && !this.marked.has(node)
  }

  /* Edges within a community are stronger than those between, so that one sees it. */
  drawEdges() {
    const { pen, lit } = this, layers = [[], [], [], [], [], [], [], []]
    for (const edge of this.edges) {
      const here = edge.one === (lit || this.self) || edge.other === (lit || this.self)
      const inside = edge.one.group === edge.other.group || this.reading
      layers[(here ? 4 : 0) + (inside ? 2 : 0) + (edge.how > 1 ? 1 : 0)].push(edge)
    }
    const usual = clamp(9 / Math.sqrt(this.edges.length + 1), 0.15, 0.6) * (lit || this.marked || this.self ? 0.35 : 1)
    layers.forEach((edges, key) => {
      pen.beginPath()
      for (const { one, other } of edges) {
        const [[x, y], [u, v]] = [this.at(one), this.at(other)], half = (y + v) / 2
        pen.moveTo(x, y)
        if (this.reading) pen.bezierCurveTo(x, half, u, half, u, v)
        else pen.lineTo(u, v)
      }
      pen.setLineDash(key & 1 ? [5, 3] : [])
      pen.lineWidth = (key & 4 && lit ? 1.6 : 1) * clamp(this.k, 0.5, 1)
      pen.globalAlpha = key & 4 ? lit ? 0.9 : 0.5 : usual * (key & 2 ? 1 : 0.4) * (key & 1 ? 1.4 : 1)
      pen.strokeStyle = key & 1 ? this.code : this.ink
      pen.stroke()
    })
  }

  /* The number of what a node's colour stands for. */
  sort(node) {
    return this.colour === "tag" ? node.tags[0] : node[this.colour]
  }

  drawNode(node) {
    const { pen } = this, [x, y] = this.at(node), r = this.radius(node)
    const hollow = node.href === null || node.kind === "t", named = this.data[this.colour + "s"][this.sort(node)]
    pen.beginPath()
    if (node.kind === "m") pen.rect(x - r, y - r, 2 * r, 2 * r)
    else if (node.kind === "a") {
      pen.moveTo(x, y - r * 1.2)
      pen.lineTo(x + r * 1.2, y + r)
      pen.lineTo(x - r * 1.2, y + r)
      pen.closePath()
    } else pen.arc(x, y, r, 0, 7)
    pen.globalAlpha = 1
    pen.fillStyle = this.paper
    pen.fill() // so that no edge is seen through it
    if (this.dim(node)) pen.globalAlpha = 0.25
    if (!hollow) pen.fillStyle = node.kind === "m" ? this.code : named ? this.colours[named[1]] : this.quiet
    pen.strokeStyle = hollow ? this.quiet : this.paper
    pen.lineWidth = 1.5
    pen.setLineDash(node.kind === "u" ? [2.5, 2] : [])
    pen.fill()
    pen.stroke()
    if (node !== this.lit) return
    pen.setLineDash([])
    pen.strokeStyle = this.ink
    pen.beginPath()
    pen.arc(x, y, r + 3.5, 0, 7)
    pen.stroke()
  }

  /* How wide a text is, in sizes of its letters. */
  wide(text, weight) {
    const key = weight + text
    if (!this.widths.has(key)) {
      this.pen.font = `${weight} 100px ${this.family}`
      this.widths.set(key, this.pen.measureText(text).width / 100)
    }
    return this.widths.get(key)
  }

  drawLabels() {
    const { pen, lit } = this, air = this.reading ? 0 : clamp(20 * (0.9 - this.k), 0, 14) // lest they hide the nodes
    const near = lit ? [lit, ...lit.near] : this.marked || [], first = new Set(near)
    this.boxes = []
    for (const node of new Set([...near, ...this.ranked])) {
      const [x, y] = this.at(node), r = this.radius(node)
      if (x < -200 || y < -40 || x > this.width + 200 || y > this.height + 40) continue
      // What belongs to notes is many: its names are shown from near, or when asked for.
      if (!"nu".includes(node.kind) && this.k < 1.6 && !first.has(node)) continue
      const size = (this.reading ? 12 : node.font) * clamp(this.k, 0.9, 1.25)
      const weight = node === this.self || node === lit ? 600 : 400
      const room = node.side ? (node.side < 0 ? x : this.width - x) - r - 8 : Infinity
      let text = this.reading ? `${node.number} ${node.label}` : node.label
      while (this.wide(text, weight) * size > room && text.length > 2) text = text.slice(0, -2) + "…"
      const w = this.wide(text, weight) * size, h = size * 1.2
      const left = node.side ? node.side < 0 ? x - r - 6 - w : x + r + 6 : x - w / 2, top = node.side ? y - h / 2 : y + r + 2
      const [a, b] = [left - air, top - air], [c, d] = [left + w + air, top + h + air]
      if (this.boxes.some((box) => a < box.x + box.w && box.x < c && b < box.y + box.h && box.y < d)) continue
      this.boxes.push({ node, x: left, y: top, w, h })
      pen.font = `${weight} ${size}px ${this.family}`
      pen.globalAlpha = this.dim(node) ? 0.3 : 1
      pen.lineWidth = 3.5
      pen.strokeStyle = this.paper
      pen.fillStyle = node.kind === "u" ? this.quiet : this.ink
      pen.strokeText(text, left, top + h / 2)
      pen.fillText(text, left, top + h / 2)
    }
  }

  /* --- Where one looks --- */

  /* Shows all. Labels do not shrink with the drawing, so they take more of it the smaller it is. */
  all(moving = true) {
    let k = 1, u = 0, v = 0
    for (let round = 0; round < 3 && this.nodes.length; round++) {
      const letter = (node) => Math.max(1, 0.9 / k) * node.font
      const half = (node) => Math.max(node.size, node.label.length * letter(node) * 0.28)
      const ends = (of) => [Math.min(...this.nodes.map((n) => of(n)[0])), Math.max(...this.nodes.map((n) => of(n)[1]))]
      const [left, right] = ends((n) => [n.x - half(n), n.x + half(n)])
      const [top, bottom] = ends((n) => [n.y - n.size, n.y + n.size + letter(n) * 1.5])
      k = Math.min((this.width - 16) / (right - left), (this.height - 16) / (bottom - top), 1.6)
      ;[u, v] = [(left + right) / 2, (top + bottom) / 2]
    }
    this.look(k, u, v, moving)
    this.fitted = true
  }

  /* Shows a point in the middle, at once or on the way there. */
  look(k, u, v, moving = true) {
    const from = [this.k, this.x, this.y], to = [k, this.width / 2 - u * k, this.height / 2 - v * k]
    this.fitted = false
    this.glide(moving, (part) => { [this.k, this.x, this.y] = between(from, to, part) })
  }

  glide(moving, step) {
    const began = performance.now()
    const on = (now) => {
      const time = moving && !calm.matches ? clamp((now - began) / 350, 0, 1) : 1
      step(time * time * (3 - 2 * time))
      this.draw()
      if (time < 1) this.gliding = requestAnimationFrame(on)
    }
    cancelAnimationFrame(this.gliding)
    on(began)
  }

  zoom(by, x = this.width / 2, y = this.height / 2) {
    const k = clamp(this.k * by, 0.05, 8), part = k / this.k
    Object.assign(this, { k, x: x - (x - this.x) * part, y: y - (y - this.y) * part, fitted: false })
    this.ask()
  }

  /* --- Pointer and keyboard --- */

  spot({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect()
    return [clientX - box.left, clientY - box.top]
  }

  hit([x, y], touch) {
    let best = null, least = touch ? 16 : 6
    for (const node of this.nodes) {
      const [u, v] = this.at(node), far = Math.hypot(u - x, v - y) - this.radius(node)
      if (far < least) [best, least] = [node, far]
    }
    return best || this.boxes.find((b) => x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h)?.node || null
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
    this.held = { node: this.hit(spot, event.pointerType !== "mouse"), spot, moved: this.touches.size > 1 }
  }

  move(event) {
    const spot = this.spot(event), { held } = this, before = this.touches.get(event.pointerId)
    if (!before || !held) return void (event.pointerType === "mouse" && this.point(this.hit(spot)))
    const [x, y] = [spot[0] - before[0], spot[1] - before[1]]
    held.moved ||= Math.hypot(spot[0] - held.spot[0], spot[1] - held.spot[1]) > 4
    if (!held.moved) return
    if (held.node && this.touches.size < 2) {
      held.node.x += x / this.k
      held.node.y += y / this.k
    } else if (!this.still) {
      const [other] = [...this.touches.values()].filter((touch) => touch !== before)
      this.x += x / this.touches.size
      this.y += y / this.touches.size
      this.fitted = false
      if (other) {
        const far = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1
        this.zoom(far(spot) / far(before), ...between(spot, other, 0.5))
      }
    }
    this.touches.set(event.pointerId, spot)
    this.ask()
  }

  up(event) {
    const { held } = this
    this.cancel(event)
    if (!held || held.moved) return
    // A finger does not hover: the first touch shows what is there, the second one goes.
    if (held.node?.href && (event.pointerType === "mouse" || held.node === this.picked)) this.go(held.node, event)
    else this.pick(held.node)
  }

  cancel({ pointerId }) {
    this.touches.delete(pointerId)
    if (!this.touches.size) this.held = null
  }

  leave() {
    this.point(null)
  }

  wheel(event) {
    event.preventDefault()
    this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : event.deltaMode ? 0.05 : 0.0016)), ...this.spot(event))
  }

  key(event) {
    const { key } = event, picked = this.picked
    const acts = {
      ArrowLeft: () => this.step(-1, 0), ArrowRight: () => this.step(1, 0),
      ArrowUp: () => this.step(0, -1), ArrowDown: () => this.step(0, 1),
      Enter: () => picked && this.go(picked, event), Escape: () => this.pick(null),
      ...(this.still ? {} : { "+": () => this.zoom(1.3), "=": () => this.zoom(1.3), "-": () => this.zoom(1 / 1.3), 0: () => this.all() }),
    }
    if (!acts[key] || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    acts[key]()
  }

  /* Goes to the nearest node in a direction. */
  step(right, down) {
    const from = this.picked || { x: (this.width / 2 - this.x) / this.k, y: (this.height / 2 - this.y) / this.k }
    let best = null, least = Infinity
    for (const node of this.nodes) {
      const x = node.x - from.x, y = node.y - from.y
      const along = x * right + y * down, aside = Math.abs(x * down) + Math.abs(y * right)
      if (node === from || (this.picked && along <= aside / 3)) continue
      if (Math.abs(along) + 2.5 * aside < least) [best, least] = [node, Math.abs(along) + 2.5 * aside]
    }
    if (best) this.pick(best)
  }

  pick(node) {
    this.picked = node
    this.over = null
    this.say(node)
    this.ask()
    if (!node || this.still) return
    const [x, y] = this.at(node)
    if (x < 40 || y < 40 || x > this.width - 40 || y > this.height - 50) this.look(this.k, node.x, node.y)
  }

  /* Follows a link as if it stood on the page, so that whoever listens to links hears it. */
  go({ href }, { ctrlKey, metaKey, shiftKey } = {}) {
    const link = make("a", "", { href })
    if (!href) return
    this.canvas.after(link)
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }))
    link.remove()
  }
}

/* --- The page of the whole graph --- */

function whole(host, graph) {
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

/* --- A note's neighbourhood: on the left what is read before it, on the right what after --- */

function around(host, graph, url) {
  const self = graph.nodes.find((node) => node.url === url && node.kind === "n")
  const others = graph.bonds.filter(({ one, other }) => one === self || other === self)
    .map(({ one, other, how }) => ({ node: one === self ? other : one, how }))
    .filter(({ node }) => "nu".includes(node.kind))
    // If they are too many, those stay that code joins too, and those that are joined to little else.
    .sort((a, b) => b.how - a.how || a.node.links - b.node.links)
    .map(({ node }) => node)
  if (!others.length) return void (host.hidden = true)
  const earlier = (node) => node.number > 0 && node.number < self.number
  const sides = [others.filter(earlier), others.filter((node) => !earlier(node))]
    .map((side) => side.slice(0, MOST).sort((a, b) => (a.number || Infinity) - (b.number || Infinity)))
  const shown = [self, ...sides.flat()], there = new Set(shown), more = others.length + 1 - shown.length
  const gap = 25, tall = Math.max(3, ...sides.map((side) => side.length))
  const canvas = make("canvas", "", {
    tabIndex: 0, role: "application",
    ariaLabel: `${self.title} and ${shown.length - 1} concepts around it. Arrow keys go from one to the next, Enter opens its page.`,
  })
  const said = make("span", "", { ariaLive: "polite" })
  const link = make("a", "whole graph", { href: new URL(host.dataset.graph, location).href + "#note=" + url })
  const caption = make("figcaption", said)
  caption.append(more ? `${more} more in the ` : "See it in the ", link)
  canvas.style.height = `${tall * gap + 56}px`
  host.replaceChildren(canvas, caption)
  self.size = clamp(self.size, 6, 10)
  const view = new View(canvas, {
    data: graph.data, still: true, self,
    say: (node) => { said.textContent = node ? node.title + ". " : "" },
    arrange() {
      const middle = sides[0].length ? sides[1].length ? 0.5 : 0.62 : 0.38
      this.reach = clamp(this.width * 0.2, 56, 190)
      Object.assign(this, { x: this.width * middle, y: this.height / 2 + 6 })
      Object.assign(self, { x: 0, y: 0 })
      sides.forEach((side, which) => side.forEach((node, index) => {
        const y = (index - (side.length - 1) / 2) * gap, bow = Math.sqrt(1 - (y / (tall * gap * 0.62)) ** 2)
        const toward = which ? 1 : -1
        Object.assign(node, { x: toward * this.reach * bow, y, side: toward, size: clamp(node.size, 3.5, 7), font: 12.5 })
      }))
    },
    decorate(pen) {
      pen.font = `italic 11.5px ${this.family}`
      pen.fillStyle = this.quiet
      if (sides[0].length) pen.fillText("read before", this.x - this.reach - 6 - pen.measureText("read before").width, 10)
      if (sides[1].length) pen.fillText("read after", this.x + this.reach + 6, 10)
    },
  })
  view.show(shown, graph.bonds.filter(({ one, other }) => there.has(one) && there.has(other)))
  view.measure()
}

/* Brings our style, where the page does not have it. */
function styled(href) {
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return null
  return new Promise((done) => document.head.append(make("link", "", { rel: "stylesheet", href, onload: done, onerror: done })))
}

export async function start(host, data) {
  const [answer] = await Promise.all([fetch(data), styled(new URL("graph.css", data).href)])
  const graph = read(await answer.json(), new URL("../../", data)), { url } = host.dataset
  if (host.isConnected) url === undefined ? whole(host, graph) : around(host, graph, url)
}
