/* A note's neighbourhood: on the left what is read before it, on the right what after. */
import { clamp } from "./drawing.js"
import { View, make } from "./view.js"

const MOST = 20 // neighbours on each side

export function show(host, graph, url) {
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
