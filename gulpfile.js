const { rmSync } = require('node:fs');
const { dest, parallel, src } = require('gulp');

/** Takes away what an earlier build left, so that nothing deleted in the source stays in the package. */
async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

/** Icons, beside the nodes and credentials that name them. */
function icons() {
	return src('{nodes,credentials}/**/*.svg', { encoding: false }).pipe(dest('dist'));
}

/** Codex files (search words, links) and output schemas (fields to drag before the first run). */
function descriptions() {
	return src('nodes/**/*.json').pipe(dest('dist/nodes'));
}

exports.clean = clean;
exports.assets = parallel(icons, descriptions);
