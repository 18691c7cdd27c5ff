/**
 * Loaded into n8n before anything else (NODE_OPTIONS): on SIGUSR2 it collects all garbage and writes what is still in use to
 * a file. What is left after a full collection is what something holds on to; everything else says only when the collector
 * last came by.
 */
const { renameSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const file = process.env.SOAK_MEMORY_FILE;
if (file) {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc');
	process.on('SIGUSR2', () => {
		collect();
		collect();
		writeFileSync(`${file}.part`, JSON.stringify(process.memoryUsage()));
		renameSync(`${file}.part`, file);
	});
}
