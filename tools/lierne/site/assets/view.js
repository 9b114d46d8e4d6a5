/* A drawing of nodes that one can look at from near and far, move, and go to. */
import { Drawing, clamp } from "./drawing.js"

const calm = matchMedia("(prefers-reduced-motion: reduce)")
export const between = (one, other, part) => one.map((value, index) => value + (other[index] - value) * part)

export function make(tag, text, settings) {
  const element = Object.assign(document.createElement(tag), settings)
  element.append(text)
  return element
}

export class View extends Drawing {
  constructor(canvas, settings) {
    super(canvas, { touches: new Map(), ...settings })
    canvas.view = this
    for (const name of ["down", "move", "up", "cancel", "leave"]) {
      canvas.addEventListener("pointer" + name, (event) => this[name](event))
    }
    canvas.addEventListener("keydown", (event) => this.key(event))
    if (!this.still) canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
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
