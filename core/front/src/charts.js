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
  PointElement,
  Tooltip,
);

function drawChart(canvas) {
  const source = document.getElementById(canvas.dataset.chart);
  if (!source || Chart.getChart(canvas)) return;
  new Chart(canvas, JSON.parse(source.textContent));
}

export function drawCharts(root = document) {
  root.querySelectorAll("canvas[data-chart]").forEach(drawChart);
}

drawCharts();
document.addEventListener("htmx:after:swap", () => drawCharts());
