import type { Answer } from '../../support/scriptedGateway';
import { memberRow, runAgainst } from '../../support/standardRuns';

/** A payer that names a member by an identifier, and is then asked for the Patient who has it. */

const ROW = memberRow('small');
const identifierNamed = (system: string, value: string) => ({
	name: 'MemberIdentifier',
	valueIdentifier: { system, value },
});
const matched = (...parameter: object[]): Answer => ({ body: { resourceType: 'Parameters', parameter } });
const patient = (more: object = {}) => ({
	resourceType: 'Patient',
	id: 'p1',
	identifier: [{ system: 's', value: 'v' }],
	name: [{ family: ROW.familyName, given: [ROW.givenName] }],
	birthDate: ROW.birthDate,
	...more,
});
const search = (resource: object): Answer => ({
	body: { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource }] },
});
const STRANGER = { name: [{ family: 'Hopper', given: ['Grace'] }], birthDate: '1990-01-01' };
const OWN = matched(identifierNamed('s', 'v'));
/** The identifier that the roster path sends for a member without a number of her own. */
const ECHO = matched(identifierNamed('', String(ROW.coverageId)));

test.each<[sentence: string, answers: Answer[], output: 0 | 1, says: object]>([
	['A2 the same person', [OWN, search(patient())], 0, { outcome: 'matched', patientId: 'p1' }],
	[
		'A2 a Patient without names',
		[OWN, search(patient({ name: undefined, birthDate: undefined }))],
		0,
		{ patientId: 'p1' },
	],
	[
		'A2 another birth date',
		[OWN, search(patient({ birthDate: '1990-01-01' }))],
		1,
		{ outcome: 'unclear', reason: expect.stringMatching(/birth date/) },
	],
	[
		'A2 another family name',
		[OWN, search(patient({ name: STRANGER.name }))],
		1,
		{ outcome: 'unclear', reason: expect.stringMatching(/family name/) },
	],
	['A2 a stranger who has the identifier', [OWN, search(patient(STRANGER))], 1, { outcome: 'unclear' }],
	[
		'A4 our own identifier, whose Patient is the member',
		[ECHO, search(patient({ identifier: [{ value: ROW.coverageId }] }))],
		0,
		{ outcome: 'matched', patientId: 'p1' },
	],
	[
		'A4 our own identifier, whose Patient has no names',
		[ECHO, search({ resourceType: 'Patient', id: 'p1', identifier: [{ value: ROW.coverageId }] })],
		1,
		{ outcome: 'unclear' },
	],
	[
		'A4 our own identifier, and nobody found',
		[ECHO, { body: { resourceType: 'Bundle', total: 0 } }],
		1,
		{ outcome: 'unclear' },
	],
	[
		'A4 our own identifier, and no search',
		[ECHO, { status: 404 }],
		1,
		{ outcome: 'unclear', reason: expect.stringMatching(/only repeats/) },
	],
	[
		'B12 an answer of unknown shape',
		[{ body: { hello: 'payer' } }],
		1,
		{ outcome: 'unclear', response: { hello: 'payer' } },
	],
])('%s', async (_, answers, output, says) => {
	const { run } = await runAgainst(answers);
	expect(run.json('memberMatch', output)).toMatchObject([says]);
	expect(run.json('memberMatch', output === 0 ? 1 : 0)).toEqual([]);
	if (output === 0) return;
	// The answer is kept, with what to do; the words are ours.
	const [item] = run.json('memberMatch', 1);
	expect(item).toMatchObject({
		response: expect.anything(),
		nextStep: expect.stringMatching(/Ask the payer/),
	});
	expect(JSON.stringify([item.reason, item.nextStep])).not.toMatch(/Hopper|1990|payer"/);
});

test.each<[sentence: string, reference: (host: string) => string, patientId: string | undefined]>([
	['E3 relative', () => 'Patient/p1', 'p1'],
	['E3 absolute', (host) => `http://${host}/fhir/Patient/p1`, 'p1'],
	['E3 with the other scheme, as behind a proxy', (host) => `https://${host}/fhir/Patient/p1`, 'p1'],
	['A3 on another host', () => 'https://other.example/fhir/Patient/p1', undefined],
	['A3 on another port', (host) => `http://${host.split(':')[0]}:1/fhir/Patient/p1`, undefined],
	['A3 with a user name of that host', (host) => `http://${host}@other.example/Patient/p1`, undefined],
])('a MemberId that is %s', async (_, reference, patientId) => {
	const answer: Answer = (response, { headers }) => {
		const valueReference = { reference: reference(String(headers.host)) };
		response.setHeader('content-type', 'application/fhir+json');
		const parameter = [{ name: 'MemberId', valueReference }];
		return void response.end(JSON.stringify({ resourceType: 'Parameters', parameter }));
	};
	const { run } = await runAgainst([answer]);
	expect([0, 1].map((output) => run.json('memberMatch', output).length)).toEqual(patientId ? [1, 0] : [0, 1]);
	expect(run.json('memberMatch')[0]?.patientId).toBe(patientId);
});
