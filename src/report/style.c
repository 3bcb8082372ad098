/* The style sheet. Colours are variables, set three times: light, dark, print (greys). Text has a
 * contrast of at least 4.5 on its card in each. Series differ in dash and marker as well. */
#include "report/style.h"

#include <stddef.h>

static const char colours[] =
    ":root{color-scheme:light dark;--page:#f5f6f8;--card:#fff;--text:#1a2330;--soft:#5a6574;"
    "--rule:#dde2e8;--one:#1f5fbf;--two:#b4500b;--three:#1f7a45;--heat:#0b3d91;"
    "--cool:#000;--hot:#fff;--band:#1f5fbf1f;--code:#f0f2f5}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#0e1217;--card:#161c24;--text:#e4e9f0;"
    "--soft:#9ba7b6;--rule:#2a323d;--one:#7ab2ff;--two:#ffb067;--three:#7fd6a0;--heat:#a9cdff;"
    "--cool:#fff;--hot:#000;--band:#7ab2ff2b;--code:#10151c}}\n"
    "@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--text:#000;--soft:#444;"
    "--rule:#bbb;--one:#000;--two:#555;--three:#222;--heat:#3e3e3e;--cool:#000;"
    "--hot:#fff;--band:#0002;--code:#fff}}\n";

static const char layout[] =
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}\n"
    "body{margin:0;background:var(--page);color:var(--text);"
    "font:15px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif}\n"
    "header,main,footer{max-width:1320px;margin:0 auto;padding:0 clamp(12px,3vw,32px)}\n"
    "header{padding-top:40px}\n"
    ".brand{margin:0;font-size:12px;font-weight:600;letter-spacing:.14em;"
    "text-transform:uppercase;color:var(--soft)}\n"
    "h1{margin:4px 0 2px;font-size:clamp(24px,4vw,36px);line-height:1.2;font-weight:650;"
    "letter-spacing:-.015em;overflow-wrap:anywhere}\n"
    ".under{margin:0;color:var(--soft);font-size:17px;overflow-wrap:anywhere}\n"
    "nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:20px;padding:10px 0;"
    "border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);font-size:14px}\n"
    "nav a{color:var(--soft);text-decoration:none}\n"
    "nav a:hover,nav a:focus-visible{color:var(--one);text-decoration:underline}\n"
    "section{margin-top:44px}\n"
    "h2{margin:0 0 2px;font-size:20px;font-weight:650;letter-spacing:-.01em}\n"
    ".note{margin:0 0 14px;color:var(--soft);max-width:76ch}\n"
    "h3{margin:0 0 10px;font-size:14px;font-weight:600;overflow-wrap:anywhere}\n"
    "h3 small{font-size:13px;font-weight:400;color:var(--soft);margin-left:6px}\n"
    ".grid{display:grid;gap:16px;grid-template-columns:1fr}\n"
    /* no row has a hole: the first card is as wide as what the others leave */
    "@media(min-width:760px) and (max-width:1139.9px){.grid{grid-template-columns:1fr 1fr}"
    ".grid>:first-child:nth-last-child(odd){grid-column:1/-1}}\n"
    "@media(min-width:1140px){.grid{grid-template-columns:repeat(6,1fr)}"
    ".grid>*{grid-column:span 2}.grid>:first-child:nth-last-child(3n+1){grid-column:1/-1}"
    ".grid>:first-child:nth-last-child(3n+2),.grid>:first-child:nth-last-child(3n+2)+*"
    "{grid-column:span 3}}\n"
    ".two-columns{display:grid;gap:16px;align-items:start;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr))}\n"
    ".card{min-width:0;background:var(--card);border:1px solid var(--rule);border-radius:10px;"
    "padding:16px}\n"
    ".card+.two-columns,.two-columns+.card{margin-top:16px}\n"
    "footer{margin-top:56px;padding-top:14px;padding-bottom:32px;color:var(--soft);"
    "font-size:13px}\n";

static const char content[] =
    ".tiles{display:grid;gap:12px;margin:22px 0 0;padding:0;"
    "grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}\n"
    ".tiles div{background:var(--card);border:1px solid var(--rule);border-radius:10px;"
    "padding:12px 16px;display:flex;flex-direction:column-reverse}\n"
    ".tiles dt{color:var(--soft);font-size:13px}\n"
    ".tiles dd{margin:0;font-size:24px;font-weight:600;line-height:1.3;letter-spacing:-.01em;"
    "font-variant-numeric:tabular-nums}\n"
    ".tiles .first dd{color:var(--one)}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "caption{text-align:left;font-weight:600;padding-bottom:8px}\n"
    "th,td{padding:5px 10px 5px 0;border-top:1px solid var(--rule);text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}\n"
    "thead th{border-top:0;color:var(--soft);font-weight:500;font-size:13px}\n"
    "tbody th{font-weight:500}\n"
    ".facts th{color:var(--soft);font-weight:400;width:40%}\n"
    ".numbers td,.numbers th{text-align:right;font-variant-numeric:tabular-nums;"
    "overflow-wrap:normal}\n"
    ".numbers td:last-child,.numbers th:last-child{padding-right:2px}\n"
    ".numbers th:first-child{text-align:left}\n"
    ".scroll{overflow:auto;max-height:620px}\n"
    "pre{margin:0;padding:14px;overflow-x:auto;background:var(--code);border:1px solid "
    "var(--rule);border-radius:8px;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,"
    "\"DejaVu Sans Mono\",monospace;tab-size:2}\n"
    "pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}\n"
    ".pictures{display:grid;gap:14px 12px;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,96px),1fr))}\n"
    "figure{margin:0;min-width:0}\n"
    "figure img{display:block;width:100%;height:auto;max-height:180px;object-fit:contain;"
    "object-position:left;image-rendering:pixelated;border-radius:4px}\n"
    "figcaption{margin-top:5px;font-size:12.5px;line-height:1.35;overflow-wrap:anywhere}\n"
    "figcaption small{display:block;color:var(--soft);font-size:12px}\n";

static const char charts[] =
    "svg{display:block;width:100%;max-width:540px;margin:0 auto;height:auto;max-height:340px;"
    "overflow:visible}\n"
    "svg text{fill:var(--text);font-size:13px;font-variant-numeric:tabular-nums}\n"
    ".matrix svg{max-height:540px}\n"
    "svg .tick{fill:var(--soft);font-size:12.5px}\n"
    "svg .strong{fill:var(--text);font-weight:600}\n"
    "svg .axis-title{fill:var(--soft);font-size:13px}\n"
    "svg .legend{font-size:12.5px}\n"
    "path.grid,path.axis{fill:none;stroke:var(--rule);stroke-width:1}\n"
    "path.axis{stroke:var(--soft)}\n"
    "rect.frame{fill:none;stroke:var(--rule)}\n"
    ".line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\n"
    ".line.one{stroke:var(--one)}\n"
    ".line.two{stroke:var(--two);stroke-dasharray:6 4}\n"
    ".line.three{stroke:var(--three);stroke-dasharray:1.5 4}\n"
    ".line.thin{stroke:var(--one);stroke-width:1;stroke-opacity:.36}\n"
    ".line.threshold{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:2 4}\n"
    ".mark{stroke:var(--card);stroke-width:1}\n"
    ".mark.one{fill:var(--one)}.mark.two{fill:var(--two)}.mark.three{fill:var(--three)}\n"
    ".mark.small{stroke-width:1.6}\n"
    ".spikes{fill:none;stroke:var(--one)}\n"
    ".memory svg{max-height:460px}\n"
    "circle.sphere,circle.start{fill:none;stroke:var(--soft)}\n"
    ".band{fill:var(--band)}\n"
    ".bar,.heat{fill:var(--heat)}.bar{fill:var(--one)}\n"
    "svg text.c0,svg text.c1,svg text.c2{font-size:inherit}\n"
    "svg text.c0,svg text.c1{fill:var(--cool)}svg text.c2{fill:var(--hot)}\n"
    "@media (prefers-color-scheme:dark){svg text.c1{fill:var(--hot)}}\n";

/* Charts keep their shades on paper: browsers drop backgrounds, not fills. */
static const char print[] =
    "@media print{@page{margin:14mm}body{font-size:11pt}header{padding-top:0}nav{display:none}"
    "header,main,footer{max-width:none;padding:0}section{margin-top:24px}"
    ".grid,.two-columns{grid-template-columns:1fr 1fr;gap:8px}.grid>:nth-child(n)"
    "{grid-column:auto}.grid>:first-child:nth-last-child(odd){grid-column:1/-1}"
    ".tiles{grid-template-columns:repeat(auto-fit,minmax(100px,1fr));gap:8px}"
    ".card,.tiles div,figure{break-inside:avoid}h2,.note{break-after:avoid}"
    ".scroll{max-height:none;overflow:visible}pre{white-space:pre-wrap}"
    "svg text.c1{fill:var(--cool)}}\n"
    "@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}\n";

const char *spiqe_style_part(int index) {
  static const char *const parts[] = {colours, layout, content, charts, print};
  return index >= 0 && (size_t)index < sizeof parts / sizeof *parts ? parts[index] : NULL;
}
