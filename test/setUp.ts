/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/*
 * What `npm test` does first: looks for the programs that the tests start, says in one line which are to be had neither
 * on this computer nor from npm, and takes those that npm has. So nobody learns after half an hour what is missing.
 */
import { installN8n } from '../local-n8n/install';
import { hasNode } from '../local-n8n/nodeForN8n';
import { postgresSource } from '../local-n8n/postgresPrograms';
import { missingPrograms, type NeededProgram } from '../local-n8n/preflight';
import { N8N_VERSION, OLDEST_N8N_VERSION } from '../local-n8n/versions';
import { chromiumProgram, chromiumSource } from './browser/chromium';
import { say } from './support/say';

const NEEDED: Record<NeededProgram, () => boolean> = {
	'Node 24': () => hasNode(N8N_VERSION),
	PostgreSQL: () => postgresSource() !== undefined,
	Chromium: () => chromiumSource() !== undefined,
};

async function main(): Promise<void> {
	const names = Object.keys(NEEDED) as NeededProgram[];
	const missing = names.filter((name) => !NEEDED[name]());
	if (missing.length > 0) throw new Error(missingPrograms(process.platform, missing));
	await chromiumProgram({ report: say });
	for (const version of [N8N_VERSION, OLDEST_N8N_VERSION]) await installN8n({ version, report: say });
}

main().catch((error: Error) => {
	say(error.message);
	process.exitCode = 1;
});
