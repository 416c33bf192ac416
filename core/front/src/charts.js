// Loaded only by pages that hold a chart: draws each <canvas data-chart="ID"> from the JSON element with that id.
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  DoughnutController,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
} from "chart.js";

Chart.register(
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  DoughnutController,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
);

const HUES = ["k-planned", "k-done", "k-today", "k-overdue", "k-none", "k-muted"];

// Colours come from the style sheet, so that charts follow the theme.
function colourOf(className) {
  const probe = document.createElement("span");
  probe.className = className;
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

// Beside a ring there is room for its words only on wide screens.
const legendSide = (width) => (width >= 560 ? "right" : "bottom");

function placeLegend(settings, canvas) {
  const legend = { ...settings.options?.plugins?.legend, position: legendSide(canvas.parentElement.clientWidth), labels: { boxWidth: 12 } };
  const onResize = (chart, { width }) => {
    chart.options.plugins.legend.position = legendSide(width);
  };
  settings.options = { ...settings.options, onResize, plugins: { ...settings.options?.plugins, legend } };
}

function dress(settings, canvas) {
  const colours = HUES.map(colourOf);
  const round = ["pie", "doughnut"].includes(settings.type);
  if (round) placeLegend(settings, canvas);
  settings.data.datasets.forEach((dataset, index) => {
    const own = round ? settings.data.labels.map((_, place) => colours[place % colours.length]) : colours[index % colours.length];
    dataset.backgroundColor ??= own;
    dataset.borderColor ??= round ? colourOf("k-chart-gap") : own;
  });
  return settings;
}

function setDefaults() {
  const text = getComputedStyle(document.body);
  Chart.defaults.locale = document.documentElement.lang;
  Chart.defaults.color = colourOf("k-muted");
  Chart.defaults.borderColor = colourOf("k-chart-line");
  Chart.defaults.font.family = text.fontFamily;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.set("scales.category", { grid: { display: false } });
  Chart.defaults.maxBarThickness = 40;
  Chart.defaults.animation = false;
}

// A bar or a segment leads to the records behind it; the table below the chart has the same links for the keyboard.
const lead = {
  onClick: (_event, found, chart) => {
    const url = addressOf(found, chart);
    if (url) location.assign(url);
  },
  onHover: (_event, found, chart) => {
    chart.canvas.classList.toggle("cursor-pointer", Boolean(addressOf(found, chart)));
  },
};

function addressOf(found, chart) {
  return found.length ? chart.data.datasets[found[0].datasetIndex].links?.[found[0].index] : null;
}

function drawChart(canvas) {
  const source = document.getElementById(canvas.dataset.chart);
  if (!source || Chart.getChart(canvas)) return;
  const settings = JSON.parse(source.textContent);
  if (settings.data.datasets.some((dataset) => dataset.links)) settings.options = { ...settings.options, ...lead };
  new Chart(canvas, dress(settings, canvas));
}

export function drawCharts() {
  setDefaults();
  document.querySelectorAll("canvas[data-chart]").forEach(drawChart);
}

function redraw() {
  document.querySelectorAll("canvas[data-chart]").forEach((canvas) => Chart.getChart(canvas)?.destroy());
  drawCharts();
}

drawCharts();
document.addEventListener("htmx:after:swap", drawCharts);
document.addEventListener("k:theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
