/* Head, links, sections and foot of a page. */
#include "report/frame.h"

#include "report/markup.h"
#include "report/style.h"

static const char head_start[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    /* nothing is loaded and nothing runs, whatever a name in the data says */
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n<title>";

void spiqe_frame_begin(spiqe_text *text, const char *title, const char *under) {
  const char *style;
  spiqe_text_add(text, "%s", head_start);
  spiqe_markup_text(text, title);
  spiqe_text_add(text, " \u00b7 spiqe</title>\n<style>\n");
  for (int i = 0; (style = spiqe_style_part(i)); i++) spiqe_text_add(text, "%s", style);
  spiqe_text_add(text,
                 "</style>\n</head>\n<body>\n<header>\n<p class=\"brand\">spiqe report</p>\n"
                 "<h1>");
  spiqe_markup_text(text, title);
  spiqe_text_add(text, "</h1>\n");
  if (!under || !under[0]) return;
  spiqe_text_add(text, "<p class=\"under\">");
  spiqe_markup_text(text, under);
  spiqe_text_add(text, "</p>\n");
}

void spiqe_frame_links(spiqe_text *text, const spiqe_frame_link *links, size_t n) {
  spiqe_text_add(text, "<nav aria-label=\"Sections\">");
  for (size_t i = 0; i < n; i++)
    if (links[i].is_shown) {
      spiqe_text_add(text, "<a href=\"#%s\">", links[i].id);
      spiqe_markup_text(text, links[i].title);
      spiqe_text_add(text, "</a>");
    }
  spiqe_text_add(text, "</nav>\n</header>\n<main>\n");
}

void spiqe_frame_section(spiqe_text *text, const char *id, const char *title, const char *note) {
  spiqe_text_add(text,
                 "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
                 "<h2 id=\"%s-title\">%s</h2>\n<p class=\"note\">%s</p>\n",
                 id, id, id, title, note);
}

void spiqe_frame_end(spiqe_text *text) {
  spiqe_text_add(text,
                 "</main>\n<footer>Written by spiqe. This page loads nothing and runs no "
                 "script.</footer>\n</body>\n</html>\n");
}
