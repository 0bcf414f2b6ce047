// The scripts of the page are put behind one another between head.js and foot.js: one scope, nothing global.
(() => {
"use strict";
