/* Stands in for Mermaid until a page has a diagram, then fetches it from this same folder. */
(function () {
  var here = document.currentScript.src, options = {}, library
  function load() {
    return library || (library = new Promise(function (resolve, reject) {
      var script = document.createElement("script")
      script.src = new URL("mermaid.js", here).href
      script.onload = function () { window.mermaid.initialize(options); resolve(window.mermaid) }
      script.onerror = reject
      document.head.appendChild(script)
    }))
  }
  window.mermaid = {
    initialize: function (given) { options = given },
    render: function (id, text) { return load().then(function (m) { return m.render(id, text) }) }
  }
})()
