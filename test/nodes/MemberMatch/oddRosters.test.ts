import { credentialFor, runSteps } from '../../support/engine';
import { row } from '../../support/expectations';
import { hintsOf } from '../../support/hints';
import { startScriptedGateway } from '../../support/scriptedGateway';

/** Rosters as other people write them: what is sent of them, or why nothing is. */

const ROSTER: Record<string, unknown> = {
	'Member ID': 'M-1',
	'First Name': 'Ada',
	'Last Name': 'Doe',
	DOB: '1984-12-31',
	Sex: 'F',
	'Previous Plan': 'Bison Health Plan',
	'Previous Member ID': 'PM-1',
	'Consent ID': 'C-1',
	'Consent Start': '2020-01-01',
	'Consent End': '2099-12-31',
};
const PLANS = 'Bison Health Plan = bison';

const withNames = (rename: (name: string) => string, roster = ROSTER) =>
	Object.fromEntries(Object.entries(roster).map(([name, value]) => [rename(name), value]));
const without = (name: string) =>
	Object.fromEntries(Object.entries(ROSTER).filter(([each]) => each !== name));

interface Run {
	parameters?: object;
	credential?: object;
}

async function match(items: object[], { parameters = {}, credential = {} }: Run = {}) {
	const gateway = await startScriptedGateway([{ status: 422, body: {} }]);
	const run = await runSteps({
		items: items as never,
		steps: [{ node: 'memberMatch', parameters: parameters as never }],
		credential: credentialFor(gateway, { plans: PLANS, ...credential }),
		timezone: 'America/New_York',
	});
	await gateway.close();
	const sent = gateway.got.map(({ url, body }) => ({ tenant: url.split('/')[2], body }));
	const told = `${run.error?.message} ${run.error?.description}`;
	return { run, sent, told };
}

describe('A7 headers with something around the name', () => {
	test.each<[string, (name: string) => string]>([
		['asterisks of required columns', (name) => `${name} *`],
		['notes', (name) => `${name} (required)`],
		['colons', (name) => `${name}:`],
		['quotation marks', (name) => `"${name}"`],
		['line breaks', (name) => name.replace(' ', '\n')],
		['capitals', (name) => name.toUpperCase()],
		['number signs', (name) => name.replace('ID', '#')],
	])('%s', async (_, rename) => {
		const policy = { 'Consent Policy': 'sensitive' };
		const { sent } = await match([withNames(rename, { ...ROSTER, ...policy })]);
		expect(sent).toMatchObject([{ tenant: 'bison' }]);
		for (const each of ['"M-1"', '"female"', '"1984-12-31"', '"PM-1"', 'sensitive']) {
			expect(sent[0].body).toContain(each);
		}
	});
});

describe('F5 a plan that the list of the credential does not have', () => {
	test.each(['Aetna', 'Bison-Health-Plan', '60054', 60054, 'Unknown', 'Y'])(
		'%p is not asked',
		async (plan) => {
			const credential = { defaultTenant: 'otter' };
			const { sent, told } = await match([{ ...ROSTER, 'Previous Plan': plan }], { credential });
			expect(sent).toEqual([]);
			expect(told).toMatch(/'Tenant' must be a name or a tenant that 'Plans' of the credential lists/);
			expect(told).toMatch(/Read from the column "Previous Plan".*Add a line to 'Plans'/);
			expect(told).not.toMatch(/Aetna|60054/);
		},
	);

	test.each<[plan: string, credential: object, tenant: string]>([
		['BISON', {}, 'bison'],
		['Bison Health Plan\u200B', {}, 'bison'],
		['', { defaultTenant: 'otter' }, 'otter'],
		['Aetna', { plans: '' }, 'Aetna'],
	])('but %p with %p is', async (plan, credential, tenant) => {
		const { sent } = await match([{ ...ROSTER, 'Previous Plan': plan }], { credential });
		expect(sent).toMatchObject([{ tenant }]);
	});

	test('the later nodes take what was matched before the list was made', async () => {
		const gateway = await startScriptedGateway([{ status: 202, body: {} }]);
		await runSteps({
			items: [{ memberId: 'M-1', tenant: 'otter', groupId: 'g-1' }],
			steps: [{ node: 'startExport' }],
			credential: credentialFor(gateway, { plans: PLANS }),
		});
		await gateway.close();
		expect(gateway.got[0].url).toContain('/otter/');
	});
});

test.each<[string, object[], RegExp, Run?]>([
	[
		'a plan by an unknown name',
		[{ ...without('Previous Plan'), 'Prior Insurer Org': 'x' }],
		/"Prior Insurer Org"/,
		{ credential: { defaultTenant: 'bison' } },
	],
	[
		'a consent that was revoked',
		[{ ...ROSTER, 'Consent Status': 'Revoked' }],
		/"Consent Status" speaks against it/,
	],
	[
		'the number at the new plan',
		[{ ...ROSTER, 'Coverage ID': 'NEW-1' }],
		/"Previous Member ID" speaks against it/,
	],
	[
		'a value that stands for an unknown birth date',
		[{ ...ROSTER, DOB: '1900-01-01' }],
		/'Birth Date' lies more than 120 years ago.*from the column "DOB"/s,
	],
	[
		'a name in the wrong letters',
		[{ ...ROSTER, 'Last Name': 'MuÃ±oz' }],
		/'Family Name' must be in the letters.*from the column "Last Name"/s,
	],
	[
		'an address of two lines',
		[{ ...ROSTER, Street: '1 Main St\nApt 2' }],
		/'Address Line' must be .*from the column "Street"/s,
		{ parameters: { additionalFields: { addressLine: '' } } },
	],
	[
		'a member who did not opt in',
		[{ ...ROSTER, 'Opt In (Y/N)': 'N' }],
		/column "Opt In \(Y\/N\)" speaks against it/,
	],
	[
		'a member who did not opt in, whose consent has a day that was filled in',
		[{ ...ROSTER, Expires: '2099-12-31', 'Opt In': 'N' }],
		/'Consent End' is filled in, and the column "Opt In" speaks against it.*Do Not Send/s,
		{ parameters: { consentEnd: '={{ $json.Expires }}' } },
	],
	[
		'a member who opted out, whose consent has a day that was filled in',
		[{ ...ROSTER, Expires: '2099-12-31', 'Opt Out Flag': 'Y' }],
		/'Consent End' is filled in, and the column "Opt Out Flag" speaks against it.*Do Not Send/s,
		{ parameters: { consentEnd: '={{ $json.Expires }}' } },
	],
	[
		'a consent that an object of the row calls revoked',
		[{ body: { ...ROSTER, consent: { status: 'revoked' } } }],
		/column "body.consent.status" speaks against it/,
	],
	[
		'a plan under a name that is not read',
		[{ ...without('Previous Plan'), 'Losing MCO': 'x' }],
		/column "Losing MCO" may hold it/,
		{ credential: { defaultTenant: 'bison' } },
	],
	[
		'a number that a formula did not find',
		[{ ...ROSTER, 'Previous Member ID': 0 }],
		/'Coverage ID' must be an ID; only zeros arrived/,
	],
	[
		'a whole name in one column',
		[{ ...ROSTER, 'Last Name': 'DOE, ADA' }],
		/'Family Name' must be one name; a comma arrived.*Text to Columns/s,
	],
	[
		'a ZIP code without its zero',
		[{ ...ROSTER, Zip: 2138 }],
		/'Postal Code' must be complete/,
		{ parameters: { additionalFields: { postalCode: '' } } },
	],
	[
		'a consent of 1900',
		[{ ...ROSTER, 'Consent Start': '1900-01-01' }],
		/'Consent Start' must be a date of the calendar that can be/,
	],
	[
		'a plan without a value',
		[{ ...ROSTER, 'Previous Plan': 'none' }],
		/'Tenant' is empty.*from the column "Previous Plan"/s,
	],
])('nothing is sent of %s', async (_, items, says, ...[settings]) => {
	const { sent, told } = await match(items, settings);
	expect(sent).toEqual([]);
	expect(told).toMatch(says);
});

describe('F5 what n8n leaves out of its items', () => {
	const rows = ['1', '2', '3'].map((n) => ({ ...ROSTER, 'Member ID': `M-${n}` }));
	const leftOut = (name: string) => [rows[0], without(name), rows[2]];

	test.each([
		['DOB', /'Birth Date' is empty.*Read from the column "DOB"/s],
		['Previous Member ID', /'Coverage ID' is empty.*Read from the column "Previous Member ID"/s],
		['Previous Plan', /'Tenant' is empty.*Read from the column "Previous Plan"/s],
		['Member ID', /'Member ID' is empty.*Read from the column "Member ID"/s],
	])('an empty cell of %s is no missing column', async (name, says) => {
		const { sent, told } = await match(leftOut(name));
		expect(sent).toEqual([]);
		expect(told).toMatch(says);
		expect(told).toMatch(/row 2 of 3/);
	});

	test.each([{}, { 'Member ID': ' ', DOB: null }])(
		'a row without any value, %j, is told as that',
		async (blank) => {
			const { sent, told } = await match([rows[0], blank, rows[2]]);
			expect(sent).toEqual([]);
			expect(told).toMatch(/the row is empty \(row 2 of 3\).*Filter node/s);
		},
	);

	test('a single item without columns only starts the node', async () => {
		expect((await match([{}])).told).toMatch(/the item has no columns/);
	});
});

test('F1 a field that was added and has no value is counted in the hint', async () => {
	const parameters = { additionalFields: { city: '', postalCode: '' } };
	const { run } = await match([{ ...ROSTER, Zip: '45402' }, ROSTER], { parameters });
	expect(hintsOf(run, 'memberMatch')).toMatch(
		/2 rows of 2 had no Additional Fields: City; 1 row of 2 had no Additional Fields: Postal Code/,
	);
});

describe('F3 a column that a spreadsheet has converted in part', () => {
	const rows = ['31/12/1984', '13/01/1950', '30/07/2001', 30654].map((DOB, index) => ({
		...ROSTER,
		DOB,
		'Member ID': `M-${index}`,
	}));

	test('is told: day and month of the numbers may be exchanged', async () => {
		const { sent, told } = await match(rows);
		expect(sent).toEqual([]);
		expect(told).toMatch(/day number arrived in a column that holds dates as text.*row 4 of 4/s);
	});

	test('is read once Date Format says how', async () => {
		const { sent } = await match(rows, { parameters: { options: { dateFormat: 'dayFirst' } } });
		expect(sent.map(({ body }) => /"birthDate":"([\d-]+)"/.exec(body)?.[1]).sort()).toEqual([
			'1950-01-13',
			'1983-12-04',
			'1984-12-31',
			'2001-07-30',
		]);
	});
});

test('A7 a gender that is not found is counted in the hint', async () => {
	const { run } = await match([
		{ ...without('Sex'), 'Gender Identity': 'Woman' },
		ROSTER,
		row('no-match', { tenant: 'bison' }),
	]);
	expect(hintsOf(run, 'memberMatch')).toMatch(/1 row of 3 had no Gender/);
});

test('F7 the ID leaves as it came, whatever was not sent of it', async () => {
	const { run, sent } = await match([{ ...ROSTER, 'Member ID': 'M\u200B-1' }]);
	expect(sent[0].body).toContain('"M-1"');
	expect(run.json('memberMatch', 1)).toMatchObject([{ memberId: 'M\u200B-1' }]);
});
