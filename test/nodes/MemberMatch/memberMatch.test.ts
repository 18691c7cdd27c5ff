import { credentialFor, runSteps, type EngineRun, type Step } from '../../support/engine';
import { pairs, row } from '../../support/expectations';
import { startSandbox, type RunningSandbox } from '../../support/sandbox';
import { startScriptedGateway, type Answer } from '../../support/scriptedGateway';

let sandbox: RunningSandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => {
	await sandbox.set({ matchAnswer: 'parameters', noMatchAnswer: '422' });
	await sandbox.forget();
});

const match = async (
	items: object[],
	step: Partial<Step> = {},
	more: { asTool?: boolean; timezone?: string } = {},
) =>
	await runSteps({
		items: items as never,
		steps: [{ node: 'memberMatch', ...step }],
		credential: credentialFor(sandbox),
		...more,
	});
const sentMatches = async () =>
	(await sandbox.requests()).filter(({ path }) => path.includes('$member-match')).length;
const outcomes = (run: EngineRun) =>
	[run.json('memberMatch'), run.json('memberMatch', 1)].map((items) => items.map(({ outcome }) => outcome));

describe('answers', () => {
	test.each(['parameters', 'json', 'group-reference', 'matched-members', 'group'])(
		'matched, answered as %s',
		async (matchAnswer) => {
			await sandbox.set({ matchAnswer });
			const run = await match([row('small')]);
			expect(run.json('memberMatch')).toEqual([
				{
					memberId: row('small').memberId,
					personHashes: expect.stringMatching(/^p1 /) as string,
					payer: expect.stringMatching(/^oneUpHealth:127\.0\.0\.1:\d+\/bison$/) as string,
					tenant: 'bison',
					groupId: expect.stringMatching(/^c[a-z0-9]{24}$/) as string,
					outcome: 'matched',
					matchedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
					consentId: row('small').consentId,
					consentPolicy: 'regular',
					consentEnd: row('small').consentEnd,
					askedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
					row: 1,
					exchangeId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
				},
			]);
		},
	);

	test.each([
		['422', ['no-match', 'multiple-matches', 'consent-refused']],
		['422-empty', ['refused', 'refused', 'refused']],
		['422-html', ['refused', 'refused', 'refused']],
		['200-empty-group', ['no-match', 'no-match', 'consent-refused']],
		['200-operation-outcome', ['no-match', 'multiple-matches', 'consent-refused']],
		['404', ['no-match', 'multiple-matches', 'consent-refused']],
		['400', ['no-match', 'multiple-matches', 'consent-refused']],
	])('not matched, answered as %s', async (noMatchAnswer, expected) => {
		await sandbox.set({ noMatchAnswer });
		const run = await match([row('no-match'), row('multiple-matches'), row('consent-refused')]);
		expect(outcomes(run)).toEqual([[], expected]);
		for (const item of run.json('memberMatch', 1)) {
			expect(item).toMatchObject({ tenant: 'bison', reason: expect.stringMatching(/\w/) as string });
			expect(item.httpStatus).toBe(Number(noMatchAnswer.slice(0, 3)));
		}
		expect(await sentMatches()).toBe(3);
	});

	test.each<[string, Answer, string]>([
		['400 without words', { status: 400, body: {} }, 'HTTP 400'],
		[
			'404 of a wrong tenant',
			{
				status: 404,
				body: {
					resourceType: 'OperationOutcome',
					issue: [{ severity: 'error', code: 'not-found', diagnostics: 'Unknown tenant' }],
				},
			},
			'HTTP 404',
		],
		['403', { status: 403, body: '<html>' }, 'HTTP 403'],
		['200 HTML', { body: '<html>hello</html>' }, 'without a group id'],
		[
			'a redirect to another host',
			{ status: 302, headers: { location: 'https://elsewhere.example/x' } },
			'elsewhere.example',
		],
	])('an error: %s, sent once', async (_, answer, says) => {
		const gateway = await startScriptedGateway([answer]);
		const run = await runSteps({
			items: [row('small')],
			steps: [{ node: 'memberMatch' }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect(run.error?.message).toContain(says);
		expect(gateway.got).toHaveLength(1);
		const told = JSON.stringify([run.error?.message, run.error?.description]);
		for (const value of [
			row('small').familyName,
			row('small').birthDate,
			row('small').memberId,
			gateway.clientSecret,
		]) {
			expect(told).not.toContain(value);
		}
	});

	test('an option names the place of a group id in an unknown shape', async () => {
		const gateway = await startScriptedGateway([{ body: { result: [{ id: 'group-7' }] } }]);
		const run = await runSteps({
			items: [row('small')],
			steps: [{ node: 'memberMatch', parameters: { options: { groupIdPath: 'result.0.id' } } }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect(run.json('memberMatch')[0].groupId).toBe('group-7');
	});
});

describe('what is sent', () => {
	const sentFor = async (item: object, parameters: object = {}) => {
		const gateway = await startScriptedGateway([{ body: { groupId: 'g1' } }]);
		const run = await runSteps({
			items: [item as never],
			steps: [{ node: 'memberMatch', parameters: parameters as never }],
			credential: credentialFor(gateway),
		});
		await gateway.close();
		expect(run.error?.message).toBeUndefined();
		const [request] = gateway.got;
		return { request, body: JSON.parse(request.body) as fhir4.Parameters };
	};

	test('the contract: path, headers, and one of each parameter', async () => {
		const { request, body } = await sentFor(row('accents'));
		expect(request).toMatchObject({ method: 'POST', url: '/v1/bison/member-match/$member-match' });
		expect(request.headers).toMatchObject({
			'content-type': 'application/json',
			authorization: 'Bearer token-1',
		});
		expect(body).toMatchObject({ resourceType: 'Parameters', id: row('accents').memberId });
		expect(body.parameter?.map(({ name, resource }) => [name, resource?.resourceType])).toEqual([
			['MemberPatient', 'Patient'],
			['CoverageToMatch', 'Coverage'],
			['Consent', 'Consent'],
		]);
		const patient = body.parameter?.[0].resource as fhir4.Patient;
		expect(patient.name).toEqual([{ family: row('accents').familyName, given: [row('accents').givenName] }]);
	});

	test('numbers, date-times and lists of a roster as FHIR wants them', async () => {
		const { body } = await sentFor(
			row('small', {
				memberId: 4711,
				coverageId: 734218,
				givenName: ['Ana', 'María José'],
				birthDate: '1980-05-01T00:00:00-05:00',
				consentPolicy: 'SENSITIVE',
			}),
		);
		const [patient, coverage, consent] = (body.parameter ?? []).map(({ resource }) => resource);
		expect(patient).toMatchObject({
			id: '4711',
			birthDate: '1980-05-01',
			name: [{ given: ['Ana', 'María José'] }],
		});
		expect(coverage).toMatchObject({
			identifier: [{ value: '734218' }],
			beneficiary: { reference: 'Patient/4711' },
		});
		expect(consent).toMatchObject({ policy: [{ uri: expect.stringMatching(/#sensitive$/) as string }] });
	});

	test('additional fields and a coverage to link', async () => {
		const { body } = await sentFor(row('small'), {
			additionalFields: {
				city: 'Dayton',
				phone: '937-555-0123',
				subscriberId: 'S1',
				payerName: 'Bison',
				groupNumber: 'G9',
				relationship: 'self',
			},
			coverageToLink: { coverage: { coverageId: 'NEW-1', payerName: 'Our Plan' } },
		});
		const [patient, coverage, , link] = (body.parameter ?? []).map(({ resource }) => resource);
		expect(patient).toMatchObject({
			address: [{ city: 'Dayton' }],
			telecom: [{ system: 'phone', value: '937-555-0123' }],
		});
		expect(coverage).toMatchObject({
			subscriberId: 'S1',
			payor: [{ display: 'Bison' }],
			class: [{ value: 'G9' }],
		});
		expect(link).toMatchObject({
			resourceType: 'Coverage',
			identifier: [{ value: 'NEW-1' }],
			payor: [{ display: 'Our Plan' }],
		});
	});

	test('resources of earlier nodes, as JSON or as its text', async () => {
		const consent = {
			id: 'c1',
			status: 'active',
			policy: [{ uri: 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular' }],
			provision: { type: 'permit', period: { start: '2026-01-01', end: '2035-12-31' } },
		};
		const patient = { name: [{ family: 'O’Connor', given: ['Siobhán'] }], birthDate: '1990-02-03' };
		const { body } = await sentFor(
			{
				tenant: 'bison',
				memberId: 'm1',
				patient,
				coverageToMatch: JSON.stringify({ identifier: [{ value: '00123' }] }),
				consent,
			},
			{ inputMode: 'resources' },
		);
		expect(body.parameter).toEqual([
			{ name: 'MemberPatient', resource: { resourceType: 'Patient', ...patient } },
			{ name: 'CoverageToMatch', resource: { resourceType: 'Coverage', identifier: [{ value: '00123' }] } },
			{ name: 'Consent', resource: { resourceType: 'Consent', ...consent } },
		]);
	});

	test('the tenant of the credential where neither item nor node names one', async () => {
		const item = row('small', { tenant: undefined });
		const run = await runSteps({
			items: [item],
			steps: [{ node: 'memberMatch' }],
			credential: credentialFor(sandbox, { defaultTenant: 'heron' }),
		});
		expect(run.json('memberMatch')[0].tenant).toBe('heron');
	});
});

describe('before sending', () => {
	const bad: Array<[string, object, string[]]> = [
		[
			'a missing column',
			row('small', { familyName: undefined }),
			["no column for 'Family Name'", 'the column "familyName"', 'the item has: tenant, memberId'],
		],
		[
			'an empty value',
			row('small', { coverageId: '  ' }),
			[`'Coverage ID' is empty`, 'from the column "coverageId"'],
		],
		['a date of another form', row('small', { birthDate: '05/01/1980' }), [`'Birth Date'`, 'YYYY-MM-DD']],
		['an impossible date', row('small', { birthDate: '1980-02-30' }), [`'Birth Date'`]],
		['a birth date to come', row('small', { birthDate: '2199-01-01' }), [`'Birth Date'`, 'future']],
		[
			'a consent that ends first',
			row('small', { consentStart: '2030-01-01', consentEnd: '2029-01-01' }),
			[`'Consent End'`],
		],
		['an unknown policy', row('small', { consentPolicy: 'all' }), [`'Consent Policy'`, 'regular']],
		[
			'a member id with other characters',
			row('small', { memberId: 'A/B?c' }),
			[`'Member ID'`, 'at most 64 of them'],
		],
		['a consent id too long', row('small', { consentId: 'x'.repeat(65) }), [`'Consent ID'`]],
		['a tenant that leads elsewhere', row('small', { tenant: '../admin' }), [`'Tenant'`]],
		['a number that lost digits', row('small', { coverageId: 1.2345678901234567e19 }), [`'Coverage ID'`]],
		['the error of an earlier step', { error: 'x', message: 'y', details: {} }, ['earlier step']],
	];

	test.each(bad)('%s stops the run, and nothing is sent', async (_, item, says) => {
		const run = await match([row('medium'), item]);
		expect(run.status).toBe('error');
		const told = `${run.error?.message} ${run.error?.description}`;
		for (const words of [...says, '(row 2 of ']) expect(told).toContain(words);
		for (const value of ['05/01/1980', '2199', 'A/B?c', 'xxx', '../admin']) expect(told).not.toContain(value);
		expect(run.error?.context?.itemIndex).toBe(1);
		expect(await sentMatches()).toBe(0);
	});

	test('all bad items are listed', async () => {
		const run = await match([
			row('small', { birthDate: 'x' }),
			row('medium'),
			row('slow', { familyName: '', consentEnd: null }),
		]);
		expect(run.error?.message).toContain('2 of 3 rows');
		expect(run.error?.description).toMatch(
			/\[row 1\] 'Birth Date'.*\[row 3\] 'Family Name', 'Consent End' are empty/s,
		);
		expect(await sentMatches()).toBe(0);
	});

	test.each([
		['ended yesterday', { consentStart: '2020-01-01', consentEnd: -1 }, false],
		['ends today', { consentStart: '2020-01-01', consentEnd: 0 }, true],
		['begins today', { consentStart: 0, consentEnd: '2090-01-01' }, true],
		['begins tomorrow', { consentStart: 1, consentEnd: '2090-01-01' }, false],
	])('a consent that %s', async (_, period, isSent) => {
		// Kiritimati is the first zone to see a new day, so its today is not the today of UTC for most hours.
		const timezone = 'Pacific/Kiritimati';
		const day = (value: string | number) =>
			typeof value === 'string'
				? value
				: new Date(Date.now() + (14 + 24 * value) * 3_600_000).toISOString().slice(0, 10);
		const run = await match(
			[row('small', { consentStart: day(period.consentStart), consentEnd: day(period.consentEnd) })],
			{},
			{ timezone },
		);
		expect(outcomes(run).flat().includes('consent-not-in-force')).toBe(!isSent);
		expect(await sentMatches()).toBe(isSent ? 1 : 0);
	});

	test('Ignore Consent Period sends it and marks the item', async () => {
		const run = await match([row('consent-ended')], {
			parameters: { options: { ignoreConsentPeriod: true } },
		});
		expect([...run.json('memberMatch'), ...run.json('memberMatch', 1)]).toEqual([
			expect.objectContaining({ consentPeriodIgnored: true }),
		]);
		expect(await sentMatches()).toBe(1);
	});
});

describe('On Error', () => {
	const items = [row('small'), row('no-match'), row('medium', { birthDate: 'x' }), row('slow')];

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'%s: the others keep their results, in order',
		async (onError) => {
			const run = await match(items, { onError });
			expect(run.json('memberMatch').map(({ memberId }) => memberId)).toEqual([
				items[0].memberId,
				items[3].memberId,
			]);
			expect(pairs(run.outputs('memberMatch')[0])).toEqual([0, 3]);
			const [, notMatched, errors = []] = run.outputs('memberMatch');
			const errorItems =
				onError === 'continueErrorOutput' ? errors : notMatched.filter(({ json }) => json.error);
			expect(errorItems).toHaveLength(1);
			expect(pairs(errorItems)).toEqual([2]);
			const { error, message, details } = errorItems[0].json;
			expect([error, message, details]).toEqual([
				expect.stringContaining(`'Birth Date'`),
				expect.any(String),
				onError === 'continueErrorOutput' ? undefined : { itemIndex: 2 },
			]);
			if (onError === 'continueRegularOutput')
				expect(Object.keys(errorItems[0].json)).toEqual(['error', 'message', 'details']);
			else expect(errorItems[0].json.memberId).toBe(items[2].memberId);
		},
	);

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'%s: a refused credential leaves no item on Matched',
		async (onError) => {
			const run = await runSteps({
				items: [row('small'), row('medium')],
				steps: [{ node: 'memberMatch', onError }],
				credential: credentialFor(sandbox, { clientSecret: 'wrong' }),
			});
			const [matched, notMatched, errors = []] = run.outputs('memberMatch');
			expect(matched).toEqual([]);
			expect([...notMatched, ...errors].map(({ json }) => json.error)).toEqual(
				Array(2).fill('The payer gave no access token for the credential'),
			);
		},
	);
});

test('as a tool of an AI agent every outcome leaves by the first output', async () => {
	const run = await match([row('no-match'), row('small')], {}, { asTool: true });
	expect(outcomes(run)).toEqual([['no-match', 'matched'], []]);
});

describe('F7 the answer of the payer', () => {
	test.each([undefined, false, true])("Keep Payer's Answer %p", async (keepAnswer) => {
		await sandbox.set({ matchAnswer: 'parameters', noMatchAnswer: '422' });
		const run = await match([row('small'), row('no-match')], { parameters: { options: { keepAnswer } } });
		const items = [...run.json('memberMatch'), ...run.json('memberMatch', 1)];
		expect(items.map((item) => 'response' in item)).toEqual([keepAnswer === true, keepAnswer === true]);
		// A table takes no object.
		if (keepAnswer !== true) {
			expect(
				items.flatMap((item) => Object.values(item)).filter((value) => typeof value === 'object'),
			).toEqual([]);
		}
		expect(Object.keys(items[1]).slice(0, 4)).toEqual(['memberId', 'outcome', 'reason', 'nextStep']);
	});
});
