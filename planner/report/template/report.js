(function () {
  "use strict";
  document.documentElement.classList.remove("plain");
  var write = {
    percent: function (value) { return (100 * value).toLocaleString("en", { maximumFractionDigits: 1 }) + " %"; },
    number: function (value) { return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 }); }
  };
  function wording(kind) {
    var of = write[kind] || write.number;
    return function (value) { return typeof value === "number" ? of(value) : "–"; };
  }
  function axes(option, kind) {
    ["xAxis", "yAxis"].forEach(function (name) {
      var axis = option[name];
      if (axis && axis.type === "value" && axis.axisLabel && axis.axisLabel.show !== false) {
        axis.axisLabel.formatter = wording(axis.kind || kind);
      }
    });
    if (!option.tooltip.formatter) { option.tooltip.valueFormatter = wording(kind); }
  }
  var drawn = JSON.parse(document.getElementById("data").textContent).map(function (chart) {
    var box = document.getElementById(chart.id);
    var picture = echarts.init(box, null, { renderer: "svg" });
    axes(chart.option.baseOption || chart.option, chart.kind);
    picture.setOption(chart.option);
    var details = box.parentNode.querySelector("details");
    if (details) { details.open = false; }
    return picture;
  });
  // Printing scales the pictures to the paper, for which they need to know their own size.
  function measure() {
    drawn.forEach(function (picture) {
      var svg = picture.getDom().querySelector("svg");
      if (svg) { svg.setAttribute("viewBox", "0 0 " + picture.getWidth() + " " + picture.getHeight()); }
    });
  }
  measure();
  var wide = window.innerWidth;
  window.addEventListener("resize", function () {
    if (window.innerWidth === wide || window.matchMedia("print").matches) { return; }
    wide = window.innerWidth;
    fit(false);
  });
  function fit(paper) {
    drawn.forEach(function (picture) {
      var half = picture.getDom().parentNode.classList.contains("half");
      picture.resize(paper ? { width: half ? 520 : 690 } : { width: "auto" });
      picture.getZr().flush();
    });
    measure();
  }
  window.addEventListener("afterprint", function () { fit(false); });
  window.addEventListener("beforeprint", function () {
    fit(true);
    document.querySelectorAll("details").forEach(function (details) { details.open = true; });
  });
}());
