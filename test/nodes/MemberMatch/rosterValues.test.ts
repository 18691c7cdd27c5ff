import type { EngineRun } from '../../support/engine';
import { row } from '../../support/expectations';
import { matchAtSandbox } from '../../support/matchAtSandbox';
import { runOneNode } from '../../support/oneNode';

const { match, matchRequests } = matchAtSandbox();

/** Runs the node against a gateway that refuses everybody; gives the birth dates and starts of periods that were sent, and the error. */
async function sentFor(items: object[], parameters: object = {}) {
	const answers = items.map(() => ({ status: 422, body: {} }));
	const { run, gateway } = await runOneNode({ node: 'memberMatch', parameters: parameters as never }, items, {
		answers,
	});
	const days = gateway.got.flatMap(({ body }) => [...body.matchAll(/"(?:birthDate|start)":"([\d-]{10})/g)]);
	return { days: days.map(([, day]) => day).sort(), told: told(run) };
}

const BIRTHS = ['12/31/1984', '1/13/1950', '7/30/2001', '3/12/1984'];
const roster = (column: (birth: string) => object) =>
	BIRTHS.map((birth, index) => row('no-match', { memberId: 100 + index, ...column(birth) }));
const told = ({ error }: EngineRun) => `${error?.message} ${error?.description}`;

test('F3 three rows of a column show the order of all', async () => {
	const { days } = await sentFor(roster((birthDate) => ({ birthDate })));
	expect(days).toEqual(expect.arrayContaining(['1950-01-13', '1984-03-12', '1984-12-31', '2001-07-30']));
});

test('F3 two rows do not, and nothing is sent unless Date Format says it', async () => {
	const rows = roster((birthDate) => ({ birthDate })).slice(1);
	expect(await sentFor(rows)).toEqual({
		days: [],
		told: expect.stringContaining(`Choose US (Month First) or Day First in Options > Date Format`) as string,
	});
	expect((await sentFor(rows, { options: { dateFormat: 'us' } })).days).toContain('1984-03-12');
	expect((await sentFor([rows[2]], { options: { dateFormat: 'dayFirst' } })).days).toContain('1984-12-03');
});

test.each([
	['additionalFields', { additionalFields: { periodStart: '={{ $json.since }}' } }],
	[
		'coverageToLink',
		{ coverageToLink: { coverage: { periodStart: '={{ $json.since }}', payerName: 'Our Plan' } } },
	],
])('F3 the dates of %s are a column too', async (_, parameters) => {
	const rows = roster((since) => ({ since: since.replace(/\d{4}$/, '2021') }));
	expect((await sentFor(rows, parameters)).days).toContain('2021-03-12');
	const { days, told: says } = await sentFor(rows.slice(1), parameters);
	expect([days, says]).toEqual([[], expect.stringContaining("Coverage Start' must be") as string]);
});

test('A8 a consent that ended yesterday in the workflow’s zone is not used, as object or as text', async () => {
	const lastSecond = new Date('2026-01-01T04:59:59Z');
	for (const consentEnd of [lastSecond, lastSecond.toISOString()]) {
		const run = await match([row('small', { consentStart: '2025-01-01', consentEnd })]);
		expect(run.json('memberMatch', 1)).toMatchObject([
			{ outcome: 'consent-not-in-force', reason: expect.stringContaining('to 2025-12-31') as string },
		]);
	}
	expect(await matchRequests()).toBe(0);
});

test.each([
	['small', 0],
	['no-match', 1],
])('F7 the memberId of %s leaves as the number that came', async (key, output) => {
	const run = await match([row(key, { memberId: 1001 })]);
	expect(run.json('memberMatch', output)).toMatchObject([{ memberId: 1001 }]);
});

test.each<[change: Record<string, unknown>, says: RegExp]>([
	[{ familyName: 'Null' }, /'Family Name' is empty.*counts as empty/],
	[{ coverageId: '="0004"' }, /'Coverage ID' must be a plain value.*equals sign/],
	[{ coverageId: '1.23457E+17' }, /'Coverage ID' must be complete.*column written as text/],
	[{ givenName: '["Ada","Maria"]' }, /'Given Name' must be a plain value.*Turn the text into a list/],
	[{ familyName: 'ada@example.org' }, /'Family Name' must be a name.*Check which column/],
	[{ birthDate: 0 }, /'Birth Date' must be .*Date Format/],
])('F4 %p is told, and nothing is sent', async (change, says) => {
	const run = await match([row('small', change)]);
	expect(told(run).replace(/\s+/g, ' ')).toMatch(says);
	expect(told(run)).not.toMatch(/Maria|ada@|23457/);
	expect(await matchRequests()).toBe(0);
});
