// Boxes that scroll can be reached with the keyboard, and search does without excerpts where a browser can't fetch pages.
"use strict";

if (typeof DOCUMENTATION_OPTIONS !== "undefined" && location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

function markScrollable() {
  for (const box of document.querySelectorAll(".highlight pre, .table-wrapper, div.math, .output, .output_area pre")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

addEventListener("load", markScrollable);
addEventListener("resize", markScrollable);

// Sphinx has no Korean for this one.
if (document.documentElement.lang === "ko") {
  const found = "Search finished, found one page matching the search query.";
  Documentation.addTranslations({
    locale: "ko",
    messages: { [found]: ["${resultCount}쪽을 찾았습니다."] },
    plural_expr: "0",
  });
}
