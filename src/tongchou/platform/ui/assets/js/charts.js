// ECharts, only the parts in use, drawn as SVG, still on load.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

const tokens = getComputedStyle(document.documentElement);
const token = (name) => tokens.getPropertyValue(`--${name}`).trim();

function series(kind, one, data, last) {
  const color = token(one.tone);
  if (kind === "lines") {
    // Where nothing was measured (null) there is no line; a value alone is a point.
    const alone = (at) => one.values[at - 1] == null && one.values[at + 1] == null;
    const points = one.values.map((value, at) => ({ value, symbol: alone(at) ? "circle" : "none" }));
    return { type: "line", name: one.name, data: points, symbolSize: 4, color, lineStyle: { width: 1.5 } };
  }
  const few = one.values.length <= 12 && kind === "bars";
  return {
    type: "bar",
    name: one.name,
    stack: kind === "stacked" ? "all" : undefined,
    color,
    barMaxWidth: 24,
    label: { show: few, position: "insideBottom", color: "#fff", fontSize: 11 },
    // An incomplete last period is lighter.
    data: one.values.map((value, at) =>
      last && data.partial && at === one.values.length - 1
        ? { value, itemStyle: { color: token("s3") }, label: { color: token("ink") } }
        : value,
    ),
  };
}

// The earlier day as a short rule over each bar.
function marks({ name, values }) {
  return {
    type: "line",
    name,
    data: values,
    emphasis: { disabled: true },
    symbol: "rect",
    symbolSize: [26, 2],
    lineStyle: { width: 0 },
    color: token("ink-3"),
    silent: true,
  };
}

const FEN_OF_WAN = 1e6;
const minus = (text) => text.replace("-", "\u2212");
const grouped = (value, places) =>
  minus(value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }));

// A change carries its sign; a count has none.
function written(value, unit) {
  if (unit === "count") return grouped(value, 0);
  const wan = value / FEN_OF_WAN;
  const far = Math.abs(wan) >= 100 ? 0 : 2;
  return (value > 0 ? "+" : "") + grouped(wan, far);
}

const category = (labels, text) => ({
  type: "category",
  data: labels,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: token("line-2") } },
  axisLabel: text,
});

const amounts = (unit, text) => ({
  type: "value",
  splitNumber: 4,
  splitLine: { lineStyle: { color: token("line") } },
  axisLabel: { ...text, formatter: (value) => grouped(unit === "wan" ? value / FEN_OF_WAN : value, 0) },
});

// Bars by steps of one number: the present value grey, where it is now accent.
function steps(data, text) {
  return {
    grid: { left: 8, right: 8, top: 24, bottom: 4, containLabel: true },
    xAxis: category(data.x, { ...text, interval: 0, hideOverlap: true, lineHeight: 15 }),
    yAxis: { ...amounts(data.unit, text), boundaryGap: [data.values.some((value) => value < 0) ? "12%" : 0, 0] },
    series: {
      type: "bar",
      barMaxWidth: 40,
      data: data.values.map((value, at) => ({
        value,
        itemStyle: { color: token(at === data.now ? "s1" : at === data.present ? "ink-4" : "s4") },
        label: { position: value < 0 ? "bottom" : "top" },
      })),
      label: { show: true, color: token("ink"), fontSize: 12, formatter: ({ value }) => written(value, data.unit) },
      labelLayout: { hideOverlap: true },
    },
  };
}

// Bars from the left, in the order given; the value stands at the bar's end.
function across(data, text) {
  return {
    grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
    // A bar to the left leaves its value room before the names.
    xAxis: {
      type: "value",
      show: false,
      min: (of) => (of.min < 0 ? of.min - (Math.max(0, of.max) - of.min) * 0.3 : 0),
      max: (of) => Math.max(0, of.max),
    },
    yAxis: {
      ...category(data.x, { ...text, width: 150, overflow: "truncate" }),
      axisLine: { onZero: false, lineStyle: { color: token("line-2") } },
      inverse: true,
    },
    series: {
      type: "bar",
      barMaxWidth: 16,
      data: data.values.map((value, at) => ({
        value,
        itemStyle: { color: token(at === data.quiet ? "s0" : "s1") },
        label: { position: value < 0 ? "left" : "right" },
      })),
      label: { show: true, color: token("ink"), fontSize: 12, formatter: ({ value }) => written(value, data.unit) },
    },
  };
}

export function draw(place) {
  if (place.dataset.tcDrawn) return;
  place.dataset.tcDrawn = "1";
  const kind = place.dataset.tcChart;
  const data = JSON.parse(place.dataset.tcData);
  const chart = init(place, null, { renderer: "svg" });
  const text = { color: token("ink-2"), fontSize: 12, fontFamily: token("font") };
  if (kind === "steps" || kind === "across") {
    if (kind === "across") place.style.height = `${data.x.length * 28 + 8}px`;
    chart.resize();
    chart.setOption({ animation: false, textStyle: text, ...(kind === "steps" ? steps : across)(data, text) });
    new ResizeObserver(() => chart.resize()).observe(place);
    return;
  }
  const drawn = data.series.map((one, at) => series(kind, one, data, at === data.series.length - 1));
  chart.setOption({
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      borderColor: token("line-2"),
      shadowBlur: 0,
      textStyle: { ...text, color: token("ink") },
    },
    xAxis: {
      type: "category",
      data: data.x,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line-2") } },
      axisLabel: text,
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 3,
      splitLine: { lineStyle: { color: token("line") } },
      axisLabel: text,
    },
    series: data.marks ? [...drawn, marks(data.marks)] : drawn,
  });
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const url = data.series[seriesIndex]?.urls?.[dataIndex];
    if (url) location.assign(url);
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}
