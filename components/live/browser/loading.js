// Plotly is loaded once a page: the page has asked for it already, unless the figure stands alone.

let loading;

/** Plotly, from a script element of the page or from `url`. */
export function loadPlotly(url) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.getElementById("live-plotly") ?? document.createElement("script");
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      loading = undefined;
      script.remove();
      reject(new Error("The chart library could not be loaded. Reload the page."));
    });
    if (script.isConnected) return;
    script.src = url;
    document.head.append(script);
  });
  return loading;
}
