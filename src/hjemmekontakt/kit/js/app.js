// The page's enhancements: everything works without them.
import htmx from "htmx";
import { countCharacters } from "./counter.js";
import { keepDrafts } from "./drafts.js";
import { showErrorsFirst } from "./errors.js";
import { closeMenus } from "./menu.js";
import { offerPrint } from "./print.js";
import { offerPush } from "./push.js";
import { keepFresh } from "./refresh.js";
import { insertTemplates } from "./picker.js";
import { sendOnce } from "./sending.js";
import { watchForWorry } from "./worry.js";

// No eval and no injected style (content security policy); nothing of a page is kept in the browser's storage.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
});

countCharacters(document);
keepDrafts(document);
watchForWorry(document);
offerPrint(document);
showErrorsFirst(document);
closeMenus(document);
sendOnce(document);
keepFresh(document);
offerPush(document);
insertTemplates(document);
htmx.onLoad((swapped) => {
  countCharacters(swapped);
  showErrorsFirst(swapped);
});
