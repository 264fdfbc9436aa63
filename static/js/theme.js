// Light, dark or as the system says; kept in a cookie so that the first paint is right.

const YEAR_S = 31536000;

export function themes(changed) {
  const root = document.documentElement;
  for (const choice of document.querySelectorAll("[data-theme-choice]")) {
    choice.addEventListener("click", () => {
      const theme = choice.dataset.themeChoice;
      if (theme) root.dataset.theme = theme;
      else delete root.dataset.theme;
      document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
      changed();
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
