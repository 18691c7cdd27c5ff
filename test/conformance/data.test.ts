import type { IDataObject } from 'n8n-workflow';
import { readMatchedMember } from '../../nodes/MemberMatch/answer/matchedMember';
import type { EngineRun } from '../support/engine';
import { member, truth, typesOf } from '../support/expectations';
import { startForeignHost } from '../support/foreignHost';
import { ndjson } from '../support/ndjson';
import type { Answer } from '../support/scriptedGateway';
import { memberRow, Payers, runAgainst, type AnswersSeen } from '../support/standardRuns';

const payers = new Payers();
/** A type that this version of FHIR does not have. */
const UNKNOWN_TYPE = 'SomethingNew';

/**
 * Lets resources through Fetch Batch, as items and in Bundles, and expects them to come out as they went in. Bundles hold only types that
 * can be data of a member.
 */
async function expectKept(
	...resources: Array<{ resourceType: string; [element: string]: unknown }>
): Promise<void> {
	const body = ndjson(...resources);
	const through = async (outputAs: string) =>
		await runAgainst([{ body }], {
			nodes: ['fetchBatch'],
			items: (url) => [{ url: `${url}/a.ndjson` }],
			parameters: { fetchBatch: { outputAs } },
		});
	const { run } = await through('items');
	expect(run.json('fetchBatch').map((json) => JSON.stringify(json))).toEqual(
		resources.map((each) => JSON.stringify(each)),
	);
	expect(run.json('fetchBatch', 1)).toMatchObject([{ outcome: 'complete', resources: resources.length }]);
	const entries = (await through('bundles')).run
		.json('fetchBatch')
		.flatMap(({ entry }) => entry as Array<{ resource: object }>);
	const known = resources.filter(({ resourceType }) => resourceType !== UNKNOWN_TYPE);
	expect(entries.map(({ resource }) => JSON.stringify(resource))).toEqual(
		known.map((each) => JSON.stringify(each)),
	);
}

const ABSENT = {
	extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};
const matchAnswer = (...parameter: object[]): Answer => ({ body: { resourceType: 'Parameters', parameter } });
const IDENTIFIER = {
	name: 'MemberIdentifier',
	valueIdentifier: { system: 'https://payer.example/members', value: 'U-1' },
};
const MATCHED = matchAnswer(IDENTIFIER, { name: 'MemberId', valueReference: { reference: 'Patient/1' } });

test('I1 takes resources with all must-support elements, and with none', async () => {
	await expectKept(
		{ resourceType: 'Patient', id: '1' },
		{
			resourceType: 'Patient',
			id: '2',
			identifier: [{ system: 'https://payer.example', value: '2' }],
			name: [{ family: "O'Connor", given: ['José'], period: { start: '2000' } }],
			telecom: [{ system: 'phone', value: '937-555-0100' }],
			gender: 'other',
			birthDate: '1980-05-01',
			address: [{ line: ['12 Main St'], city: 'Dayton', state: 'OH', postalCode: '45402' }],
			communication: [{ language: { text: 'Spanish' } }],
		},
		{ resourceType: 'Coverage', id: '3' },
		{ resourceType: 'ExplanationOfBenefit', id: '4', item: [] },
	);
	const bare = await runAgainst([
		matchAnswer({ name: 'MemberIdentifier', valueIdentifier: { value: 'U-1' } }),
		{ body: { resourceType: 'Bundle' } },
	]);
	expect(bare.run.json('memberMatch')).toMatchObject([
		{ outcome: 'matched', memberIdentifier: { value: 'U-1' } },
	]);
});

test('I2 takes an extension in place of a value', async () => {
	await expectKept(
		{
			resourceType: 'Patient',
			id: '1',
			_birthDate: ABSENT,
			name: [{ _family: ABSENT, given: [null, 'Ada'], _given: [ABSENT, null] }],
		},
		{ resourceType: 'Coverage', id: '2', _status: ABSENT, payor: [ABSENT] },
	);
	const { valueIdentifier } = IDENTIFIER;
	const answer = {
		resourceType: 'Parameters',
		parameter: [{ ...IDENTIFIER, valueIdentifier: { ...valueIdentifier, _use: ABSENT } }],
	};
	expect(readMatchedMember(answer)).toEqual({ memberIdentifier: valueIdentifier });
	// An identifier whose value is absent names nobody: that is told, and nothing breaks.
	const nobody = await runAgainst([
		matchAnswer({ name: 'MemberIdentifier', valueIdentifier: { _value: ABSENT } }),
	]);
	expect(nobody.run.json('memberMatch', 1)).toMatchObject([{ outcome: 'unclear' }]);
});

test('I3 keeps elements that it does not know', async () => {
	await expectKept(
		{
			resourceType: 'Patient',
			id: '1',
			fromTheFuture: { deep: [1, { x: null }] },
			modifierExtension: [{ url: 'https://x.example', valueBoolean: true }],
		},
		{ resourceType: UNKNOWN_TYPE, id: '2', content: 'x' },
	);
});

test('I4 keeps Provenance', async () => {
	await expectKept({
		resourceType: 'Provenance',
		id: '1',
		target: [{ reference: 'Patient/1' }],
		recorded: '2026-01-01T00:00:00Z',
		agent: [{ who: { display: 'Bison Health Plan' } }],
	});
	const { run } = await payers.exchange({ items: [memberRow('medium')] });
	const { Provenance } = truth('medium').types;
	expect(Provenance).toBeDefined();
	expect(typesOf(run.json('fetchBatch')).Provenance).toEqual(Provenance);
});

test('I5 leaves references as they are, relative, absolute, contained or by identifier', async () => {
	const references = [
		'Patient/1',
		'https://other.example/fhir/Patient/1',
		'#p',
		'urn:uuid:6f0d1c9e-90f4-4f4b-8f0b-0b6d0a2b7a10',
	];
	await expectKept(
		...references.map((reference, index) => ({
			resourceType: 'Observation',
			id: String(index),
			contained: [{ resourceType: 'Patient', id: 'p' }],
			subject: { reference },
			performer: [{ identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: '1558444216' } }],
		})),
	);
});

test('I6 follows neither references nor attachments', async () => {
	const foreign = await startForeignHost();
	const at = (name: string) => `${foreign.url}/${name}`;
	const document = {
		resourceType: 'DocumentReference',
		id: '1',
		subject: { reference: at('Patient/1') },
		content: [{ attachment: { contentType: 'application/pdf', url: at('Binary/1') } }],
	};
	await expectKept(document, { resourceType: 'Patient', id: '2', photo: [{ url: at('photo.png') }] });
	const { got } = await runAgainst([
		matchAnswer(IDENTIFIER, { name: 'MemberId', valueReference: { reference: at('Patient/1') } }),
	]);
	await foreign.close();
	// The match, and the search by the identifier: the id on another server counts for nothing.
	expect(got.map(({ method }) => method)).toEqual(['POST', 'GET']);
	expect(foreign.got).toEqual([]);
});

test('J1 says nothing of the member, no token and no secret in an error', async () => {
	const { row } = member('small');
	const known = [row.familyName, row.givenName, row.birthDate, row.coverageId, row.memberId, row.consentId];
	const words = {
		resourceType: 'OperationOutcome',
		issue: [
			{ severity: 'error', code: 'processing', details: { text: `No access for ${known.join(', ')}.` } },
		],
	};
	const secret = 'Zzyzx-the-secret';
	const credential = { clientSecret: secret };
	const item = { ...memberRow('small'), groupId: 'g1', patientId: row.memberId };
	const items = (url: string) => [
		{ ...item, jobId: 'j1', statusUrl: `${url}/jobs/j1`, url: `${url}/a.ndjson` },
	];
	const runs: AnswersSeen[] = [];
	for (const nodes of [['memberMatch'], ['startExport'], ['fetchBatch']] as const) {
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			for (const status of [400, 401, 403]) {
				runs.push(await runAgainst([{ status, body: words }], { nodes, items, credential, onError }));
			}
		}
	}
	runs.push(
		await runAgainst([], {
			credential,
			token: { status: 401, body: { error: secret, error_description: secret } },
		}),
	);
	for (const { errorRoad } of runs) {
		expect(errorRoad).toMatch(/HTTP 40|refused|did not give|Scope/);
		for (const marker of [...known, secret, 'token-1', 'token-2']) expect(errorRoad).not.toContain(marker);
	}
	expect(runs).toHaveLength(19);
});

test('J2 says in the result which policy the member agreed to, and by which consent', async () => {
	for (const consentPolicy of ['regular', 'sensitive']) {
		const { run } = await runAgainst([MATCHED], { items: () => [memberRow('small', { consentPolicy })] });
		expect(run.json('memberMatch')).toMatchObject([
			{ consentPolicy, consentId: member('small').row.consentId },
		]);
	}
	const { run } = await payers.exchange({
		nodes: ['memberMatch'],
		items: [memberRow('consent-refused', { consentPolicy: 'sensitive' })],
	});
	expect(run.json('memberMatch', 1)).toMatchObject([{ consentPolicy: 'sensitive' }]);
});

/** Sends resources as an earlier node made them: those of a request of fields, the consent changed. */
async function withConsent(
	change: (consent: IDataObject) => void,
): Promise<{ run: EngineRun; got: AnswersSeen['got']; consent: IDataObject }> {
	const { got } = await runAgainst([MATCHED]);
	const { parameter = [] } = JSON.parse(got[0].body) as fhir4.Parameters;
	const part = (name: string) =>
		parameter.find((each) => each.name === name)?.resource as unknown as IDataObject;
	const consent = part('Consent');
	change(consent);
	const sent = await runAgainst([MATCHED], {
		items: () => [
			{
				memberId: 'm-1',
				patient: part('MemberPatient'),
				coverageToMatch: part('CoverageToMatch'),
				consent,
				coverageToLink: part('CoverageToLink'),
			},
		],
		parameters: { memberMatch: { inputMode: 'resources' } },
	});
	return { run: sent.run, got: sent.got, consent };
}

test('J3 asks for nothing once the consent was withdrawn', async () => {
	const ended = await runAgainst([MATCHED], {
		items: () => [memberRow('small', { consentEnd: '2026-01-02', consentStart: '2026-01-01' })],
	});
	expect(ended.run.json('memberMatch', 1)).toMatchObject([{ outcome: 'consent-not-in-force' }]);
	expect(ended.got).toEqual([]);
	for (const status of ['inactive', 'rejected', 'entered-in-error']) {
		const { run, got } = await withConsent((consent) => void (consent.status = status));
		expect(run.error?.message).toMatch(/status must be active/);
		expect(got).toEqual([]);
	}
});

test('J4 sends the source of a consent as it is, and does not look at it', async () => {
	const foreign = await startForeignHost();
	const sourceReference = { reference: `${foreign.url}/DocumentReference/1`, display: 'Form of 2 January' };
	const { got, consent } = await withConsent((each) => void (each.sourceReference = sourceReference));
	await foreign.close();
	expect(got).toHaveLength(1);
	const { parameter = [] } = JSON.parse(got[0].body) as fhir4.Parameters;
	expect(parameter.find(({ name }) => name === 'Consent')?.resource).toEqual(consent);
	expect(foreign.got).toEqual([]);
});
