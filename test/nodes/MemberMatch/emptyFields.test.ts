import type { EngineRun } from '../../support/engine';
import { row } from '../../support/expectations';
import { hintsOf } from '../../support/hints';
import { matchAtSandbox } from '../../support/matchAtSandbox';
import { runOneNode } from '../../support/oneNode';

const { match, matchRequests } = matchAtSandbox();
const outcomes = (run: EngineRun) => run.json('memberMatch').map(({ outcome }) => outcome);

/** A member who is found only if every column is read rightly. */
const member = row('small') as Record<string, string>;
const renamed = (names: Record<string, string>, from = member) =>
	Object.fromEntries(Object.entries(from).map(([name, value]) => [names[name] ?? name, value]));

const ORDINARY = {
	memberId: 'Member_ID',
	givenName: 'First Name',
	familyName: 'Last Name',
	birthDate: 'DOB',
	gender: 'Sex',
	tenant: 'Previous Plan',
	coverageId: 'Previous Member ID',
	consentId: 'Consent ID',
	consentStart: 'Consent Start',
	consentEnd: 'Consent End',
	consentPolicy: 'consent_policy',
};

describe('F1 A7 fields that are left empty read the columns of a roster', () => {
	test.each<[string, object]>([
		['the names of the fields', member],
		['other spellings', renamed({ ...ORDINARY, memberId: '\uFEFFMEMBER-ID', tenant: 'TENANT' })],
		['the names of an ordinary roster', renamed(ORDINARY)],
		['an object of a webhook', { headers: { host: 'h' }, body: { member: renamed(ORDINARY) } }],
	])('%s', async (_, item) => {
		const run = await match([item]);
		expect(run.error).toBeUndefined();
		expect(outcomes(run)).toEqual(['matched']);
	});

	test.each<[string, object]>([
		['never entered', {}],
		['emptied on purpose', Object.fromEntries(Object.keys(ORDINARY).map((name) => [name, '']))],
		['switched to an expression that was not written', { birthDate: '=', memberId: '= ' }],
	])('%s', async (_, parameters) => {
		const { consentPolicy, ...fields } = parameters as Record<string, string>;
		expect(consentPolicy ?? '').toBe('');
		expect(outcomes(await match([renamed(ORDINARY)], fields))).toEqual(['matched']);
	});

	test('every column that is dragged into its field gives the same', async () => {
		const names: Record<string, string> = { ...ORDINARY };
		const odd = Object.fromEntries(Object.keys(names).map((name, index) => [name, `Column ${index}`]));
		const dragged = Object.fromEntries(
			Object.keys(odd)
				.filter((name) => name !== 'consentPolicy')
				.map((name) => [name, `={{ $json['${odd[name]}'] }}`]),
		);
		expect(outcomes(await match([renamed(odd)], dragged))).toEqual(['matched']);
	});

	test('a filled field whose column is empty is not read by name', async () => {
		const run = await match([{ ...member, Born: '' }], { birthDate: '={{ $json.Born }}' });
		expect(run.error?.message).toMatch(/'Birth Date' is empty/);
		expect(await matchRequests()).toBe(0);
	});
});

describe('A7 nothing is asked of a plan that the row does not name', () => {
	test.each(['Plan', 'Payer', 'Carrier', 'plan_name'])('%s', async (name) => {
		const item = renamed({ tenant: name });
		const run = await match([item], {}, { defaultTenant: 'bison' });
		expect(run.error?.message).toMatch(/'Tenant' is left empty, and the column/);
		expect(run.error?.description).toMatch(/Do Not Send/);
		expect(await matchRequests()).toBe(0);
		const ignored = await match(
			[item],
			{ options: { doNotSend: `Other, ${name.toUpperCase()}` } },
			{ defaultTenant: 'bison' },
		);
		expect(outcomes(ignored)).toEqual(['matched']);
		expect(hintsOf(ignored, 'memberMatch')).toMatch(/1 row of 1 took the Default Tenant/);
	});

	test('two columns that differ', async () => {
		const run = await match([{ ...member, Member_ID: 'SYN-9' }]);
		expect(run.error?.message).toMatch(
			/'Member ID' stands in two columns that differ: "memberId" and "Member_ID"/,
		);
		expect(await matchRequests()).toBe(0);
	});

	test('a sensitive consent is read from any spelling, and a default is counted', async () => {
		const { consentPolicy, ...rest } = member;
		expect(consentPolicy).toBeDefined();
		const run = await match([
			{ ...rest, Consent_Policy: 'sensitive' },
			{ ...row('medium'), consentPolicy: '' },
		]);
		expect(run.json('memberMatch').map((each) => each.consentPolicy)).toEqual(['sensitive', 'regular']);
		expect(hintsOf(run, 'memberMatch')).toMatch(/1 row of 2 took Consent Policy 'regular'/);
	});
});

test('the hint after the run says which column was read for which field', async () => {
	const hints = hintsOf(await match([renamed(ORDINARY), row('medium')]), 'memberMatch');
	expect(hints).toMatch(/Birth Date from "DOB" \(1 row\) and "birthDate" \(1 row\), Gender from "Sex"/);
	expect(hints).not.toMatch(new RegExp(`${member.familyName}|${member.memberId}`));
});

test('a field of Additional Fields is read once it is added', async () => {
	const item = { ...member, City: 'Dayton', Zip: '45402' };
	const { gateway } = await runOneNode(
		{ node: 'memberMatch', parameters: { additionalFields: { city: '' } } },
		[item],
		{ answers: [{ status: 422, body: {} }] },
	);
	const [{ body }] = gateway.got;
	expect(body).toMatch(/Dayton/);
	expect(body).not.toMatch(/45402/);
});

test.each<[string, object, RegExp]>([
	['a field', { birthDate: '={{ $json.birthDate.oops( }}' }, /'Birth Date'/],
	['a field of a collection', { additionalFields: { city: '={{ $json.( }}' } }, /'Additional Fields: City'/],
	['a field that reads JSON', { birthDate: '={{ JSON.parse($json.givenName) }}' }, /'Birth Date'/],
	['an option', { options: { doNotSend: '={{ ( }}' } }, /'Options'/],
])('F5 an expression that cannot be read names %s', async (_, parameters, label) => {
	const run = await match([member], parameters);
	expect(run.error?.message).toMatch(label);
	expect(`${run.error?.message} ${run.error?.description}`).not.toContain(member.givenName);
	expect(await matchRequests()).toBe(0);
});

test('F5 an error about several rows names the column that names a row', async () => {
	const rows = [{ ...member, memberId: 'A B' }, member, { ...row('medium'), memberId: 'C D' }];
	const run = await match(rows.map((each) => renamed(ORDINARY, each as Record<string, string>)));
	expect(run.error?.description).toMatch(/\[rows 1, 3\].*The column "Member_ID" names each row/s);
});
