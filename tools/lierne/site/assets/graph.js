/* Reads the drawing of the concept graph, and has it shown: all of it, or what is around one note.

   Where all stands was computed when the site was built. */
const LONGEST = 30

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

/* Brings our style, where the page does not have it. */
function styled(href) {
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return null
  const link = document.createElement("link")
  return new Promise((done) => document.head.append(Object.assign(link, { rel: "stylesheet", href, onload: done, onerror: done })))
}

export async function start(host, data) {
  const { url } = host.dataset
  const [answer, { show }] = await Promise.all([
    fetch(data), import(url === undefined ? "./whole.js" : "./around.js"), styled(new URL("graph.css", data).href),
  ])
  const graph = read(await answer.json(), new URL("../../", data))
  if (host.isConnected) show(host, graph, url)
}
