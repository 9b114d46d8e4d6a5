/* Draws nodes and what joins them on a canvas. Titles are text: they go to the canvas as that. */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value))

export class Drawing {
  constructor(canvas, settings) {
    Object.assign(this, {
      canvas, pen: canvas.getContext("2d"), nodes: [], edges: [], boxes: [], colour: "group", k: 1, x: 0, y: 0,
      over: null, picked: null, marked: null, widths: new Map(), ...settings,
    })
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
}
