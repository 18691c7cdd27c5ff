const { rmSync } = require('node:fs');
const { basename, dirname } = require('node:path');
const { Transform } = require('node:stream');
const { dest, parallel, src, watch } = require('gulp');

/** Where `npm run dev` builds into is its own folder, so that it and a test's build keep out of each other's way. */
const DIST = process.env.BUILD_FOLDER ?? 'dist';
const ASSETS = ['nodes/**/*.{svg,json}', 'credentials/**/*.svg'];

/** Takes away what an earlier build left, so that nothing deleted in the source stays in the package. */
async function clean() {
	rmSync(DIST, { recursive: true, force: true });
}

/** Icons, beside the nodes and credentials that name them. */
function icons() {
	return src(['nodes/**/*.svg', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(dest(DIST));
}

/** Codex files (search words, links) and output schemas (fields to drag before the first run). */
function descriptions() {
	return src('nodes/**/*.json').pipe(dest(`${DIST}/nodes`));
}

/**
 * The output schemas once more under the name that the editor asks for: `__schema__/v1.0.0.json`. n8n's server reads
 * `__schema__/v1.0.0/output.json`, its editor the other, where a node has neither resource nor operation.
 */
function schemas() {
	const renamed = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			const folder = dirname(file.path);
			file.path = `${dirname(folder)}/${basename(folder)}.json`;
			done(null, file);
		},
	});
	return src('nodes/**/__schema__/*/output.json')
		.pipe(renamed)
		.pipe(dest(`${DIST}/nodes`));
}

const assets = parallel(icons, descriptions, schemas);

exports.clean = clean;
exports.assets = assets;
/** Puts the assets where they belong again whenever one of them changes. */
exports.watch = () => watch(ASSETS, assets);
