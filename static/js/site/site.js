// What every page needs. Each module looks for its own markup and does nothing where there is none.
import "./theme-switch.js";
import "./menu.js";
import "./toast.js";
import "./dialog.js";
import "./fields.js";
import "./requests.js";
