// Draws each [data-chart] from the ECharts option in the JSON script of that id.
// The numbers also stand in a table on the page, so the picture is hidden from screen readers.
(function () {
  "use strict";
  var charts = new Map();
  var language = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
  var number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  var still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function format(value) {
    return typeof value === "number" ? number.format(value) : value === null ? "–" : value;
  }

  // The canvas understands no variables and no color-mix(): the browser works the color out.
  function color(name) {
    var probe = document.createElement("span");
    probe.style.color = "var(" + name + ")";
    document.body.appendChild(probe);
    var worked = getComputedStyle(probe).color;
    probe.remove();
    return worked;
  }

  function list(part) {
    return part === undefined ? [] : Array.isArray(part) ? part : [part];
  }

  function dress(option) {
    var text = color("--tblr-body-color");
    var faint = color("--tblr-border-color");
    option.color = option.color || [
      color("--tblr-primary"),
      color("--tusoi-chart-2"),
      color("--tusoi-chart-3"),
      color("--tusoi-chart-4"),
      color("--tusoi-chart-5"),
      color("--tusoi-chart-6"),
      color("--tusoi-chart-7"),
    ];
    option.backgroundColor = "transparent";
    option.textStyle = Object.assign({ fontFamily: "Be Vietnam Pro, sans-serif", fontSize: 13 }, option.textStyle);
    option.animation = !still.matches && !document.documentElement.dataset.printing && option.animation !== false;
    option.grid = option.grid || { left: 8, right: 16, top: 40, bottom: 8, containLabel: true };
    list(option.legend).forEach(function (legend) {
      legend.textStyle = Object.assign({ color: text }, legend.textStyle);
    });
    // Drawn on the canvas: the default writes style attributes, which our policy refuses.
    option.tooltip = Object.assign({ trigger: "axis", valueFormatter: format }, option.tooltip, {
      renderMode: "richText",
      backgroundColor: color("--tblr-bg-surface"),
      borderColor: faint,
      textStyle: { color: text },
    });
    list(option.xAxis).concat(list(option.yAxis)).forEach(function (axis) {
      axis.axisLabel = Object.assign(
        { color: text },
        axis.type === "value" ? { formatter: format } : {},
        axis.axisLabel
      );
      axis.axisLine = Object.assign({ lineStyle: { color: faint } }, axis.axisLine);
      axis.splitLine = Object.assign({ lineStyle: { color: faint } }, axis.splitLine);
      axis.nameTextStyle = Object.assign({ color: text }, axis.nameTextStyle);
    });
    list(option.series).forEach(function (series) {
      if (series.label) {
        series.label = Object.assign({ color: text }, series.label);
        if (!series.label.formatter) {
          series.label.formatter = function (point) {
            return format(Array.isArray(point.value) ? point.value[1] : point.value);
          };
        }
      }
    });
    return option;
  }

  function drawOne(place) {
    var source = document.getElementById(place.dataset.chart);
    if (!source) {
      return;
    }
    var chart = charts.get(place);
    if (!chart) {
      place.setAttribute("aria-hidden", "true");
      chart = window.echarts.init(place, null, { renderer: "canvas" });
      charts.set(place, chart);
      new ResizeObserver(function () {
        chart.resize();
      }).observe(place);
    }
    chart.setOption(dress(JSON.parse(source.textContent)), true);
  }

  function draw() {
    charts.forEach(function (chart, place) {
      if (!place.isConnected) {
        chart.dispose();
        charts.delete(place);
      }
    });
    document.querySelectorAll("[data-chart]").forEach(drawOne);
  }

  window.tusoiCharts = { draw: draw };
  document.addEventListener("tusoi:theme", draw);
  window.addEventListener("beforeprint", draw);
  document.fonts.ready.then(draw);
})();
