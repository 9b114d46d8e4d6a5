/* Pictures of attention that can be explored: choose a head, point at a token, see what it takes.
   The numbers stand beside each picture, which stays what is printed. */
(() => {
  if (window.lierneHeat) return window.lierneHeat()
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
  const HINT = "Rows attend to columns. Point at a token or a share, or use the arrow keys."

  const make = (tag, attributes, ...children) => {
    const made = document.createElement(tag)
    for (const name in attributes) made.setAttribute(name, attributes[name])
    made.append(...children)
    return made
  }
  const shade = (cell, share) => cell.style.setProperty("--share", share)
  const mean = heads => heads[0].map((row, i) => row.map((_, j) =>
    heads.reduce((sum, head) => sum + head[i][j], 0) / heads.length))

  /* What can be chosen, by layer: its heads and, where there are some, their mean. */
  const choices = layers => layers.map((heads, layer) => {
    const where = layers.length > 1 ? `Layer ${layer + 1}, ` : ""
    const all = heads.map((shares, n) => ({ shares, short: n + 1, name: `${where}Head ${n + 1}` }))
    if (heads.length < 2) return all
    return [...all, { shares: mean(heads), short: "mean", name: `${where}Mean of heads` }]
  })

  const thumbnail = shares => {
    const canvas = make("canvas", { width: shares[0].length, height: shares.length })
    const pen = canvas.getContext("2d")
    pen.fillStyle = "#3a86c8"
    shares.forEach((row, i) => row.forEach((share, j) => {
      pen.globalAlpha = share
      pen.fillRect(j, i, 1, 1)
    }))
    return canvas
  }

  /* The buttons that choose a head: one is in the tab order, arrows lead to the others. */
  const chooser = (layers, chosen) => {
    const heads = layers.flat(), wide = layers[0].length
    const check = (next, focus) => {
      heads.forEach(({ button }) => {
        button.setAttribute("aria-checked", button == next.button)
        button.tabIndex = button == next.button ? 0 : -1
      })
      if (focus) next.button.focus()
      chosen(next)
    }
    for (const head of heads) {
      head.button = make("button", { type: "button", role: "radio", "aria-label": head.name },
        thumbnail(head.shares), head.short)
      head.button.onclick = () => check(head)
      head.button.onkeydown = event => {
        const [down, right] = STEPS[event.key] || []
        if (right == null) return
        event.preventDefault()
        const step = right || down * (layers.length > 1 ? wide : 1)
        check(heads.at((heads.indexOf(head) + step) % heads.length), true)
      }
    }
    const lines = layers.map((all, layer) => make("div", {},
      make("span", { "aria-hidden": true }, layers.length > 1 ? `layer ${layer + 1}` : "head"),
      ...all.map(({ button }) => button)))
    check(heads[0])
    return make("div", { role: "radiogroup", class: "heat-heads", "aria-label": "Head" }, ...lines)
  }

  /* The table of one head at a time. Line 0 and cell 0 of a line are the tokens themselves. */
  const map = (rows, columns, said) => {
    const cell = (tag, text = "") => make(tag, { tabindex: -1 }, text)
    const grid = [
      [make("td"), ...columns.map(token => cell("th", token))],
      ...rows.map(token => [cell("th", token), ...columns.map(() => cell("td"))])
    ]
    const table = make("table", { role: "grid", class: "heat-map" },
      ...grid.map(line => make("tr", {}, ...line)))
    table.classList.toggle("many", columns.length > 12)
    table.style.setProperty("--columns", columns.length)
    let shares, row = 0, column = 0

    const told = () => {
      const by = shares.map(line => line[column - 1]), to = shares[row - 1]
      const most = all => all.indexOf(Math.max(...all))
      const percent = share => `${Math.round(100 * share)} %`
      const from = `‘${rows[row - 1]}’ attends`, at = `‘${columns[column - 1]}’`
      if (row && column) return `${from} ${percent(to[column - 1])} to ${at}`
      if (row) return `${from} most to ‘${columns[most(to)]}’: ${percent(Math.max(...to))}`
      if (column) return `${at} gets most from ‘${rows[most(by)]}’: ${percent(Math.max(...by))}`
      return HINT
    }
    const point = (i, j) => {
      [row, column] = [i, j]
      table.querySelectorAll(".on").forEach(cell => cell.classList.remove("on", "here"))
      const line = row ? grid[row] : column ? grid.map(line => line[column]) : []
      line.forEach(cell => cell.classList.add("on"))
      if (row && column) line[column].classList.add("here")
      columns.forEach((_, j) => shade(grid[0][j + 1], row ? shares[row - 1][j] : 0))
      rows.forEach((_, i) => shade(grid[i + 1][0], column && !row ? shares[i][column - 1] : 0))
      table.classList.toggle("some", row + column > 0)
      said.textContent = told()
      said.classList.toggle("on", row + column > 0)
    }
    const at = event => {
      const cell = event.target.closest("td, th")
      return cell && [cell.parentNode.rowIndex, cell.cellIndex]
    }
    let current = grid[1][0]
    current.tabIndex = 0
    table.onpointerover = event => at(event) && point(...at(event))
    table.onpointerleave = () => {
      const held = table.contains(document.activeElement)
      point(...held ? at({ target: current }) : [0, 0])
    }
    table.addEventListener("focusin", event => {
      current.tabIndex = -1
      current = event.target
      current.tabIndex = 0
      point(...at(event))
    })
    table.addEventListener("focusout", event => {
      if (!table.contains(event.relatedTarget)) point(0, 0)
    })
    table.onkeydown = event => {
      const [i, j] = at(event), [down, right] = STEPS[event.key] || []
      const line = { Home: 1, End: columns.length }[event.key]
      const next = line ? grid[i][line] : down != null && grid[i + down]?.[j + right]
      if (down == null && !line) return
      event.preventDefault()
      if (next?.tabIndex == -1) next.focus()
    }
    const show = head => {
      shares = head.shares
      table.setAttribute("aria-label", head.name)
      shares.forEach((line, i) => line.forEach((share, j) => {
        const cell = grid[i + 1][j + 1]
        cell.textContent = share < .005 ? "0" : share.toFixed(2)
        shade(cell, share)
      }))
      point(row, column)
    }
    return { table, show }
  }

  const explore = place => {
    const picture = place.querySelector("img")
    const { rows, columns, weights } = JSON.parse(place.dataset.heat)
    const said = make("p", { role: "status", class: "heat-said" })
    const { table, show } = map(rows, columns, said)
    const heads = chooser(choices(weights), show)
    heads.hidden = weights.flat().length < 2
    picture.loading = "eager" // it is hidden now, and to be there for the printer
    place.append(make("div", { role: "group", class: "heat", "aria-label": picture.alt },
      heads, make("div", { class: "heat-room" }, table), said))
    place.classList.add("on")
  }
  window.lierneHeat = () => document.querySelectorAll("[data-heat]:not(.on)").forEach(explore)
  window.lierneHeat()
  window.document$?.subscribe(window.lierneHeat) // Material leads from page to page by itself
})()
