/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { readFileSync } from 'node:fs';
import type { N8nExecution } from '../../../local-n8n/execution';
import type { Answer } from '../../support/scriptedGateway';
import { row } from '../../support/expectations';
import { credentialFor, theBench, withGateway } from '../bench';
import { run, type Step } from '../workflows';

/** A text that is found nowhere else. */
const marker = (what: string) => `marker-of-the-${what}-7c1d`;
const SECRET = marker('secret');
const TOKEN = marker('token');
const FAMILY = 'Markerfamily';
const BORN = '1987-06-05';

/** Says everything back that came in. */
const echo =
	(status: number): Answer =>
	(response, request) => {
		const diagnostics = `${request.headers.authorization} ${request.url} ${request.body} ${FAMILY} born ${BORN}`;
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(
			JSON.stringify({
				resourceType: 'OperationOutcome',
				message: diagnostics,
				error_description: diagnostics,
				issue: [{ severity: 'error', code: 'processing', diagnostics, details: { text: diagnostics } }],
			}),
		);
	};

const member = row('small', { familyName: FAMILY, birthDate: BORN });
const job = { ...member, groupId: 'g1', jobId: 'j1', url: '/v1/bison/bulk-data/r4/$export/file/1.ndjson' };
const TOKEN_ANSWER = { body: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300 } };

/** A run that fails, and how. */
const FAILURES: Array<[string, Step['node'], object, Answer, Answer]> = [
	['400 to a match', 'memberMatch', member, echo(400), TOKEN_ANSWER],
	['403 to a match', 'memberMatch', member, echo(403), TOKEN_ANSWER],
	['401 to a match', 'memberMatch', member, echo(401), TOKEN_ANSWER],
	['a broken connection', 'memberMatch', member, (response) => response.destroy(), TOKEN_ANSWER],
	['a match answer without a group', 'memberMatch', member, echo(200), TOKEN_ANSWER],
	['400 to a kick-off', 'startExport', job, echo(400), TOKEN_ANSWER],
	['401 to a look', 'waitForExport', job, echo(401), TOKEN_ANSWER],
	['404 to a file', 'fetchBatch', job, echo(404), TOKEN_ANSWER],
	['a token endpoint that says the secret back', 'memberMatch', member, echo(200), echo(400)],
	[
		'a bad row',
		'memberMatch',
		{ ...member, birthDate: `${BORN.replaceAll('-', '/')}` },
		echo(200),
		TOKEN_ANSWER,
	],
];

/** All errors that n8n keeps of an execution, as text. */
function errorsOf(execution: N8nExecution): string {
	const ofRuns = Object.values(execution.runData).flatMap((runs) =>
		runs.map(({ error, hints }) => [error, hints]),
	);
	return JSON.stringify([execution.error, ofRuns]);
}

/** Whether any row of n8n's database holds a text in the clear. */
async function databaseHolds(text: string): Promise<boolean> {
	const { query } = theBench().n8n;
	const tables = await query("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'");
	const counts = tables.map(
		([table]) => `SELECT count(*) AS rows FROM ${table} AS held WHERE position('${text}' IN held::text) > 0`,
	);
	const [[rows]] = await query(`SELECT sum(rows) FROM (${counts.join(' UNION ALL ')}) AS each`);
	return Number(rows) > 0;
}

/** Secrets stay in the credential, health data stays in the items. */
export function privacySuite(): void {
	describe('what n8n keeps of a failed run', () => {
		test.each(FAILURES)('%s', async (_, node, json, answer, token) => {
			const execution = await withGateway([answer], token, async (gateway) => {
				const credentialId = await credentialFor({ ...gateway, clientSecret: SECRET });
				const parameters = { options: { keepTryingFor: 0.05 } };
				return await run({ rows: [json], steps: [{ node, parameters }], credentialId });
			});
			expect(execution.status).toBe('error');

			const errors = errorsOf(execution);
			expect([SECRET, TOKEN, FAMILY, BORN].filter((each) => errors.includes(each))).toEqual([]);
			const all = JSON.stringify(execution);
			expect([SECRET, TOKEN].filter((each) => all.includes(each))).toEqual([]);
		});

		test('neither the database nor the log holds a secret or a token in the clear; the log no member either', async () => {
			const { logFile } = theBench().n8n;
			const log = readFileSync(logFile, 'utf8');
			expect([await databaseHolds(SECRET), await databaseHolds(TOKEN)]).toEqual([false, false]);
			const markers = [SECRET, TOKEN, FAMILY, BORN, 'Whitfield', '1984-03-12'];
			expect(markers.filter((each) => log.includes(each))).toEqual([]);
			// The items themselves are there, so looking into the database works.
			expect(await databaseHolds(FAMILY)).toBe(true);
			expect(log).toContain('n8n');
		});
	});
}
