import type { IDataObject } from 'n8n-workflow';
import { checkMatchRequest } from '../../nodes/MemberMatch/rules/requestCheck';
import type { HrexVersion } from '../../sandbox/standard/matchRules';
import { brokenLines } from '../support/brokenLines';
import { row } from '../support/expectations';
import { runOneNode } from '../support/oneNode';
import type { Answer } from '../support/scriptedGateway';
import { memberRow, Payers, runAgainst, type AskedAnswers } from '../support/standardRuns';
import type { LineKey } from './lines';

const payers = new Payers();

type Json = Record<string, unknown>;
type PartName = 'MemberPatient' | 'CoverageToMatch' | 'Consent' | 'CoverageToLink';
type Parts = Record<PartName, Json>;

const SYSTEM = 'https://payer.example/coverage-id';
const HREX_1_0 = { customRequests: true, hrexVersion: 'hrex-1.0' };
const identifier = (more: object = {}) => ({
	name: 'MemberIdentifier',
	valueIdentifier: { system: 'https://payer.example/members', value: 'U-1', ...more },
});
const patientAt = (reference: string) => ({ name: 'MemberId', valueReference: { reference } });
const answer = (...parameter: object[]): Answer => ({ body: { resourceType: 'Parameters', parameter } });
const MATCHED = answer(identifier(), patientAt('Patient/1'));

/** The body that Member Match sends for a member of the roster. */
async function bodySent(asked: AskedAnswers = {}): Promise<fhir4.Parameters> {
	const { got, told } = await runAgainst([MATCHED], {
		...asked,
		parameters: {
			memberMatch: { additionalFields: { coverageIdSystem: SYSTEM }, ...asked.parameters?.memberMatch },
		},
	});
	if (got.length === 0) throw new Error(`Nothing was sent: ${told}`);
	return JSON.parse(got[0].body) as fhir4.Parameters;
}

let sent: fhir4.Parameters;
beforeAll(async () => void (sent = await bodySent()));

function partsOf({ parameter = [] }: fhir4.Parameters): Parts {
	const own = structuredClone(parameter);
	return Object.fromEntries(own.map(({ name, resource }) => [name, resource])) as unknown as Parts;
}

function bodyOf(parts: Partial<Parts>): object {
	return {
		resourceType: 'Parameters',
		parameter: Object.entries(parts).map(([name, resource]) => ({ name, resource })),
	};
}

/** Sends resources that earlier nodes made. */
async function sendResources(parts: Partial<Parts>, credential: IDataObject = {}) {
	const { MemberPatient, CoverageToMatch, Consent, CoverageToLink } = parts;
	const item = {
		memberId: 'M-1',
		patient: MemberPatient,
		coverageToMatch: CoverageToMatch,
		consent: Consent,
		coverageToLink: CoverageToLink,
	};
	return await runAgainst([MATCHED], {
		items: () => [JSON.parse(JSON.stringify(item)) as object],
		parameters: { memberMatch: { inputMode: 'resources' } },
		credential: credential as never,
	});
}

/**
 * Expects that the request of the node keeps a rule; and that one which does not is seen by the other checker, and is not sent
 * where earlier nodes made it.
 */
async function expectRule(
	key: LineKey,
	says: RegExp,
	change: (parts: Parts) => void,
	version: HrexVersion = '1.2',
): Promise<void> {
	expect(brokenLines(sent, '1.0 strict')).not.toContain(key);
	expect(brokenLines(sent, '1.2')).not.toContain(key);
	const parts = partsOf(sent);
	change(parts);
	expect(brokenLines(bodyOf(parts), version)).toContain(key);
	const { got, told } = await sendResources(parts, version === '1.2' ? {} : HREX_1_0);
	expect(told).toMatch(says);
	expect(got).toEqual([]);
}

const provisionOf = ({ Consent }: Parts) => Consent.provision as Json;
const coding = (system: string, code: string) => ({ coding: [{ system, code }] });

test('B1 posts the match on the type, never gets it, and never asks on one patient', async () => {
	const { run, of, broken } = await payers.exchange({ nodes: ['memberMatch'] });
	expect(run.json('memberMatch')).toHaveLength(1);
	expect(of(/member-match/).map(({ method, path }) => [method, path])).toEqual([
		['POST', '/hrex-1.2/fhir/Patient/$member-match'],
	]);
	expect(broken).toEqual([]);
});

test("B2 asks at the usual path or 1upHealth's own, with the dollar sign as it is", async () => {
	expect((await runAgainst([MATCHED])).got[0].url).toBe('/fhir/Patient/$member-match');
	const { gateway } = await runOneNode({ node: 'memberMatch' }, [row('small')], {
		answers: [{ body: { groupId: 'g' } }],
	});
	expect(gateway.got[0].url).toBe('/v1/bison/member-match/$member-match');
});

test('B3 says FHIR JSON in Content-Type and Accept, and JSON to 1upHealth', async () => {
	const { got } = await runAgainst([MATCHED]);
	expect(got[0].headers).toMatchObject({
		'content-type': 'application/fhir+json',
		accept: 'application/fhir+json',
	});
	const { gateway } = await runOneNode({ node: 'memberMatch' }, [row('small')], {
		answers: [{ body: { groupId: 'g' } }],
	});
	expect(gateway.got[0].headers['content-type']).toBe('application/json');
	expect(gateway.got[0].headers.accept).toContain('application/fhir+json');
});

test('B4 sends a Parameters with the four known names, each once', async () => {
	expect(sent.resourceType).toBe('Parameters');
	expect((sent.parameter ?? []).map(({ name }) => name).sort()).toEqual([
		'Consent',
		'CoverageToLink',
		'CoverageToMatch',
		'MemberPatient',
	]);
	for (const name of ['MemberPatient', 'CoverageToMatch', 'Consent'] as const) {
		const parts: Partial<Parts> = partsOf(sent);
		delete parts[name];
		expect((await sendResources(parts)).got).toEqual([]);
	}
});

test('B5 writes MemberPatient with a capital M', () => {
	expect(brokenLines(sent, '1.2')).toEqual([]);
	const { MemberPatient, ...rest } = partsOf(sent);
	expect(brokenLines(bodyOf({ memberPatient: MemberPatient, ...rest } as never), '1.2')).toContain('B5');
	const findings = checkMatchRequest(bodyOf({ memberPatient: MemberPatient, ...rest } as never), 'hrex-1.2');
	expect(findings).toContainEqual(expect.objectContaining({ key: 'B5', level: 'SHALL' }));
});

test('B6 says the type of every resource, adds it where it lacks, and refuses another', async () => {
	const types = {
		MemberPatient: 'Patient',
		CoverageToMatch: 'Coverage',
		Consent: 'Consent',
		CoverageToLink: 'Coverage',
	};
	const typesOf = (body: fhir4.Parameters) =>
		Object.fromEntries(Object.entries(partsOf(body)).map(([name, { resourceType }]) => [name, resourceType]));
	expect(typesOf(sent)).toEqual(types);
	const bare = partsOf(sent);
	for (const part of Object.values(bare)) delete part.resourceType;
	expect(typesOf(JSON.parse((await sendResources(bare)).got[0].body) as fhir4.Parameters)).toEqual(types);
	await expectRule(
		'B6',
		/'Consent' must be a FHIR Consent/,
		({ Consent }) => void (Consent.resourceType = 'Contract'),
	);
});

test('B7 sends a name with family and given, and a birth date of the calendar', async () => {
	const rules: Array<[says: RegExp, change: Json]> = [
		[/'Patient' needs .*name/, { name: undefined }],
		[/'Patient' needs .*family and given/, { name: [{ family: 'Whitfield' }] }],
		[/'Patient' needs .*family and given/, { name: [{ given: ['Ada'] }] }],
		[/every name/, { name: [{ family: 'Whitfield', given: ['Ada'] }, { family: 'Whitfield' }] }],
		[/birthDate must be given/, { birthDate: undefined }],
		[/birthDate must be a FHIR date/, { birthDate: '1984-02-30' }],
	];
	for (const [says, change] of rules) {
		await expectRule('B7', says, ({ MemberPatient }) => void Object.assign(MemberPatient, change));
	}
});

test('B8 sends a gender of the four; for HRex 1.0 an identifier with a system too; birth sex is enough for 1.2', async () => {
	expect(partsOf(sent).MemberPatient).toMatchObject({ gender: 'female', identifier: [{ system: SYSTEM }] });
	await expectRule('B8', /needs a gender/, ({ MemberPatient }) => void delete MemberPatient.gender);
	await expectRule('B8', /gender must be one of/, ({ MemberPatient }) => void (MemberPatient.gender = 'F'));
	await expectRule(
		'B8',
		/gender must be given/,
		({ MemberPatient }) => void delete MemberPatient.gender,
		'1.0 strict',
	);
	await expectRule(
		'B8',
		/identifier/,
		({ MemberPatient }) => void delete MemberPatient.identifier,
		'1.0 strict',
	);
	await expectRule(
		'B8',
		/system and value/,
		({ MemberPatient }) => void (MemberPatient.identifier = [{ value: 'x' }]),
		'1.0 strict',
	);
	const parts = partsOf(sent);
	delete parts.MemberPatient.gender;
	parts.MemberPatient.extension = [
		{ url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex', valueCode: 'F' },
	];
	expect(brokenLines(bodyOf(parts), '1.2')).toEqual([]);
	expect((await sendResources(parts)).got).toHaveLength(1);
	expect((await sendResources(parts, HREX_1_0)).got).toEqual([]);
	const byForm = await bodySent({
		items: () => [memberRow('small', { gender: '' })],
		parameters: { memberMatch: { hrexDetails: { birthSex: 'F' } } },
	});
	expect(partsOf(byForm).MemberPatient).toMatchObject({ extension: parts.MemberPatient.extension });
	expect(brokenLines(byForm, '1.2')).toEqual([]);
});

test('B9 sends no identifier of type UMB', async () => {
	const type = coding('http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', 'UMB');
	await expectRule('B9', /may not be of the type UMB/, ({ MemberPatient }) => {
		MemberPatient.identifier = [{ type, system: SYSTEM, value: 'x' }];
	});
});

test('B10 sends status, beneficiary and exactly one payor of each coverage', async () => {
	for (const name of ['CoverageToMatch', 'CoverageToLink'] as const) {
		const { payor } = partsOf(sent)[name] as { payor: object[] };
		await expectRule('B10', /status must be one of/, (parts) => void (parts[name].status = 'on'));
		await expectRule('B10', /exactly one payor/, (parts) => void delete parts[name].payor);
		await expectRule('B10', /exactly one payor/, (parts) => void (parts[name].payor = [payor[0], payor[0]]));
		const parts = partsOf(sent);
		expect(parts[name].beneficiary).toBeDefined();
		delete parts[name].beneficiary;
		const { got, told } = await sendResources(parts);
		expect(told).toMatch(/beneficiary must be given/);
		expect(got).toEqual([]);
	}
});

test('B11 sends a member identifier with a value of each coverage, or a subscriber id', async () => {
	for (const name of ['CoverageToMatch', 'CoverageToLink'] as const) {
		const without = (parts: Parts) =>
			void Object.assign(parts[name], { identifier: undefined, subscriberId: undefined });
		await expectRule('B11', /identifier of the type MB|subscriberId/, without);
		await expectRule('B11', /identifier with a value|subscriberId/, without, '1.0');
		const parts = partsOf(sent);
		Object.assign(parts[name], { identifier: undefined, subscriberId: 'S-1' });
		expect((await sendResources(parts)).got).toHaveLength(1);
	}
});

test('B12 sends one identifier of a coverage at most', async () => {
	for (const name of ['CoverageToMatch', 'CoverageToLink'] as const) {
		await expectRule(
			'B12',
			/no more than one identifier/,
			(parts) => {
				const [one] = parts[name].identifier as object[];
				parts[name].identifier = [one, one];
			},
			'1.0',
		);
	}
});

test('B13 sends the relationship to the subscriber', async () => {
	for (const name of ['CoverageToMatch', 'CoverageToLink'] as const) {
		await expectRule('B13', /relationship must be one of/, (parts) => void delete parts[name].relationship);
		await expectRule(
			'B13',
			/relationship must be one of/,
			(parts) => void (parts[name].relationship = { text: 'self' }),
		);
	}
});

test('B14 refers to the patient of the request, locally, in both coverages and the consent', async () => {
	const parts = partsOf(sent);
	const reference = `Patient/${String(parts.MemberPatient.id)}`;
	const places = [
		[parts.CoverageToMatch, 'beneficiary'],
		[parts.CoverageToLink, 'beneficiary'],
		[parts.Consent, 'patient'],
	] as const;
	for (const [part, element] of places) expect(part[element]).toMatchObject({ reference });
	for (const wrong of ['Patient/another', `https://payer.example/fhir/${reference}`]) {
		await expectRule(
			'B14',
			/beneficiary must/,
			({ CoverageToMatch }) => void (CoverageToMatch.beneficiary = { reference: wrong }),
		);
		await expectRule(
			'B14',
			/beneficiary must/,
			({ CoverageToLink }) => void (CoverageToLink.beneficiary = { reference: wrong }),
		);
		await expectRule('B14', /patient must/, ({ Consent }) => void (Consent.patient = { reference: wrong }));
	}
});

test('B15 sends the coverage to link, and nothing without it', async () => {
	expect(partsOf(sent)).toHaveProperty('CoverageToLink');
	const { CoverageToLink, ...rest } = partsOf(sent);
	void CoverageToLink;
	expect(brokenLines(bodyOf(rest), '1.2')).toContain('B15');
	const { got, told } = await sendResources(rest);
	expect(told).toMatch(/CoverageToLink of the plan that asks/);
	expect(got).toEqual([]);
});

test('B16 puts must-support elements alone into the coverage to link', async () => {
	const coverage = {
		coverageId: 'N-1',
		coverageIdSystem: SYSTEM,
		subscriberId: 'S-1',
		relationship: 'child',
		periodStart: '2026-01-01',
		periodEnd: '2026-12-31',
		groupNumber: 'G-1',
		planId: 'P-1',
		payerName: 'Prairie',
	};
	const body = await bodySent({ parameters: { memberMatch: { coverageToLink: { coverage } } } });
	const mustSupport = [
		'identifier',
		'status',
		'type',
		'policyHolder',
		'subscriberId',
		'beneficiary',
		'dependent',
		'relationship',
		'period',
		'payor',
		'class',
	];
	const elements = Object.keys(partsOf(body).CoverageToLink);
	expect(elements).toEqual(expect.arrayContaining(['subscriberId', 'period', 'class']));
	expect(elements.filter((name) => !['resourceType', 'id', ...mustSupport].includes(name))).toEqual([]);
	expect(brokenLines(body, '1.2')).toEqual([]);
	const parts = partsOf(sent);
	parts.CoverageToLink.network = 'x';
	expect(brokenLines(bodyOf(parts), '1.2')).toContain('B16');
	expect(checkMatchRequest(bodyOf(parts), 'hrex-1.2')).toMatchObject([{ key: 'B16', level: 'SHOULD' }]);
});

test('B17 sends an active consent', async () => {
	await expectRule('B17', /status must be active/, ({ Consent }) => void (Consent.status = 'inactive'));
	await expectRule('B17', /status must be active/, ({ Consent }) => void delete Consent.status);
});

test('B18 sends the scope patient-privacy and the category IDSCL, once', async () => {
	await expectRule('B18', /scope must be patient-privacy/, ({ Consent }) => {
		Consent.scope = coding('http://terminology.hl7.org/CodeSystem/consentscope', 'research');
	});
	await expectRule('B18', /category/, ({ Consent }) => void delete Consent.category);
	await expectRule('B18', /IDSCL exactly once/, ({ Consent }) => {
		const [category] = Consent.category as object[];
		Consent.category = [category, category];
	});
});

test('B19 sends one performer and a reference as source, no attachment', async () => {
	await expectRule('B19', /exactly one performer/, ({ Consent }) => void delete Consent.performer);
	await expectRule('B19', /exactly one performer/, ({ Consent }) => {
		Consent.performer = [...(Consent.performer as object[]), { display: 'Another' }];
	});
	await expectRule('B19', /sourceReference/, ({ Consent }) => void delete Consent.sourceReference);
	await expectRule(
		'B19',
		/no sourceAttachment/,
		({ Consent }) => void (Consent.sourceAttachment = { title: 'x' }),
	);
});

test('B20 sends exactly one policy, regular or sensitive', async () => {
	const uri = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';
	for (const policy of ['regular', 'sensitive'] as const) {
		const body = await bodySent({ items: () => [memberRow('small', { consentPolicy: policy })] });
		expect(partsOf(body).Consent.policy).toEqual([{ uri: `${uri}#${policy}` }]);
	}
	for (const policy of [[], [{ uri }], [{ uri: `${uri}#regular` }, { uri: `${uri}#sensitive` }]]) {
		await expectRule('B20', /exactly one policy/, ({ Consent }) => void (Consent.policy = policy));
	}
});

test('B21 permits, for a period of two dates in their order', async () => {
	const periods: Array<[RegExp, unknown]> = [
		[/needs a start and an end/, undefined],
		[/needs a start and an end/, { start: '2026-01-01' }],
		[/needs a start and an end/, { end: '2026-01-01' }],
		[/needs a start and an end/, { start: '2026-02-30', end: '2099-01-01' }],
		[/ends before it starts/, { start: '2099-01-01', end: '2026-01-01' }],
	];
	for (const [says, period] of periods) {
		await expectRule('B21', says, (parts) => void (provisionOf(parts).period = period));
	}
	await expectRule('B21', /type must be permit/, (parts) => void (provisionOf(parts).type = 'deny'));
});

/** Takes the actor with this role out, or changes it. */
function changeActor(parts: Parts, code: string, change: object | undefined): void {
	const provision = provisionOf(parts);
	const actors = provision.actor as Json[];
	const isMeant = ({ role }: Json) => JSON.stringify(role).includes(`"${code}"`);
	expect(actors.filter(isMeant)).toHaveLength(1);
	provision.actor = change
		? actors.map((actor) => (isMeant(actor) ? { ...actor, ...change } : actor))
		: actors.filter((actor) => !isMeant(actor));
}

test('B22 names the payer asked as the actor that performs', async () => {
	const { Consent, CoverageToMatch } = partsOf(sent);
	expect((Consent.provision as Json).actor).toContainEqual({
		role: coding('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'performer'),
		reference: (CoverageToMatch.payor as object[])[0],
	});
	await expectRule('B22', /must name the payer asked/, (parts) => changeActor(parts, 'performer', undefined));
	await expectRule('B22', /must name the payer asked/, (parts) =>
		changeActor(parts, 'performer', { reference: undefined }),
	);
});

test('B23 names the plan that asks as the actor that receives', async () => {
	const { Consent, CoverageToLink } = partsOf(sent);
	expect((Consent.provision as Json).actor).toContainEqual({
		role: coding('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP'),
		reference: (CoverageToLink.payor as object[])[0],
	});
	await expectRule('B23', /must name the plan that asks/, (parts) => changeActor(parts, 'IRCP', undefined));
	await expectRule('B23', /must name the plan that asks/, (parts) =>
		changeActor(parts, 'IRCP', { reference: undefined }),
	);
});

test('B24 allows one action, to disclose', async () => {
	const disclose = coding('http://terminology.hl7.org/CodeSystem/consentaction', 'disclose');
	expect(provisionOf(partsOf(sent)).action).toEqual([disclose]);
	for (const action of [undefined, [disclose, disclose], [coding(disclose.coding[0].system, 'use')]]) {
		await expectRule('B24', /action must be disclose/, (parts) => void (provisionOf(parts).action = action));
	}
});

test('B25 restricts the provision by none of the seven elements', async () => {
	for (const name of ['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision']) {
		await expectRule('B25', /provision may not have/, (parts) => void (provisionOf(parts)[name] = [{}]));
	}
});

test('B26 sends a representative as contained and as an actor of that role, and tells where they are not', async () => {
	const hrexDetails = {
		consentPerformer: 'representative',
		representativeFamilyName: 'Byron',
		representativeGivenName: 'Anne',
		representativeRole: 'HPOWATT',
	};
	const body = await bodySent({ parameters: { memberMatch: { hrexDetails } } });
	expect(brokenLines(body, '1.2')).toEqual([]);
	const parts = partsOf(body);
	const role = coding('http://terminology.hl7.org/CodeSystem/v3-RoleCode', 'HPOWATT');
	const [performer] = parts.Consent.performer as Json[];
	const [person] = parts.Consent.contained as Json[];
	expect(performer).toEqual({ reference: `#${String(person.id)}` });
	expect(person).toMatchObject({
		resourceType: 'RelatedPerson',
		name: [{ family: 'Byron', given: ['Anne'] }],
	});
	expect(provisionOf(parts).actor).toContainEqual({ role, reference: performer });

	const { got } = await sendResources(parts);
	expect(partsOf(JSON.parse(got[0].body) as fhir4.Parameters).Consent).toEqual(parts.Consent);
	provisionOf(parts).actor = (provisionOf(parts).actor as object[]).slice(0, 2);
	expect(brokenLines(bodyOf(parts), '1.2')).toEqual(['B26']);
	expect(checkMatchRequest(bodyOf(parts), 'hrex-1.2')).toMatchObject([{ key: 'B26', level: 'SHOULD' }]);
});

const PERSON = {
	resourceType: 'Bundle',
	entry: [
		{
			resource: {
				resourceType: 'Patient',
				id: 'p-1',
				identifier: [{ system: 'https://payer.example/members', value: 'U-1' }],
			},
		},
	],
};

test('B27 takes an answer with an identifier alone as a match', async () => {
	const { run } = await runAgainst([answer(identifier()), { body: PERSON }]);
	expect(run.json('memberMatch')).toMatchObject([
		{ outcome: 'matched', memberIdentifier: { value: 'U-1' }, patientId: 'p-1' },
	]);
	const none = await payers.exchange({ settings: { memberId: 'none' } });
	expect(none.run.json('fetchBatch').length).toBeGreaterThan(0);
	expect(none.broken).toEqual([]);
});

test('B28 takes an answer with the patient too, its reference relative, absolute or with a version', async () => {
	for (const reference of ['Patient/p-1', 'Patient/p-1/_history/2']) {
		const { run, got } = await runAgainst([answer(identifier(), patientAt(reference))]);
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched', patientId: 'p-1' }]);
		expect(got).toHaveLength(1);
	}
	for (const memberId of ['relative', 'absolute'] as const) {
		const { run } = await payers.exchange({ settings: { memberId } });
		expect(run.json('fetchBatch').length).toBeGreaterThan(0);
	}
});

test('B29 takes an identifier of type MB, UMB or none, with its system', async () => {
	const types = [
		coding('http://terminology.hl7.org/CodeSystem/v2-0203', 'MB'),
		coding('http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', 'UMB'),
		undefined,
	];
	for (const type of types) {
		const { run } = await runAgainst([answer(identifier({ type }), patientAt('Patient/1'))]);
		expect(run.json('memberMatch')).toMatchObject([
			{ memberIdentifier: { system: 'https://payer.example/members', value: 'U-1' } },
		]);
	}
});

test('B30 finds the group id of 1upHealth in every known shape, and says clearly where there is none', async () => {
	const group = { resourceType: 'Group', id: 'g1', quantity: 1 };
	const shapes = [
		{ groupId: 'g1' },
		{ group_id: 'Group/g1' },
		{ resourceType: 'Parameters', parameter: [{ name: 'groupId', valueString: 'g1' }] },
		{ resourceType: 'Parameters', parameter: [{ name: 'Group', valueReference: { reference: 'Group/g1' } }] },
		{ resourceType: 'Parameters', parameter: [{ name: 'MatchedMembers', resource: group }] },
		group,
	];
	for (const body of shapes) {
		const { run } = await runOneNode({ node: 'memberMatch' }, [row('small')], { answers: [{ body }] });
		expect(run.json('memberMatch')).toMatchObject([{ outcome: 'matched', groupId: 'g1' }]);
	}
	const { run } = await runOneNode({ node: 'memberMatch' }, [row('small')], {
		answers: [{ body: { id: 'x' } }],
	});
	expect(run.json('memberMatch', 1)).toMatchObject([{ outcome: 'unclear', response: { id: 'x' } }]);
});

test('B31 lets a 422 leave by Not Matched as no match, several or a refused consent, asked for once', async () => {
	for (const outcome of ['no-match', 'multiple-matches', 'consent-refused'] as const) {
		const { run, of } = await payers.exchange({ nodes: ['memberMatch'], items: [memberRow(outcome)] });
		expect(run.status).toBe('success');
		expect(run.json('memberMatch')).toEqual([]);
		expect(run.json('memberMatch', 1)).toMatchObject([{ outcome, httpStatus: 422 }]);
		expect(of(/member-match/)).toHaveLength(1);
	}
	// Told by the code alone.
	for (const [code, outcome] of [
		['not-found', 'no-match'],
		['multiple-matches', 'multiple-matches'],
		['processing', 'refused'],
	]) {
		const body = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] };
		const { run, got } = await runAgainst([{ status: 422, body }]);
		expect(run.json('memberMatch', 1)).toMatchObject([{ outcome }]);
		expect(got).toHaveLength(1);
	}
});

test('B32 lets a 422 with an empty body, or with HTML, leave by Not Matched too', async () => {
	for (const noMatchAnswer of ['422-empty', '422-html'] as const) {
		const { run, of } = await payers.exchange({
			nodes: ['memberMatch'],
			items: [memberRow('no-match')],
			settings: { noMatchAnswer },
		});
		expect(run.status).toBe('success');
		expect(run.json('memberMatch', 1)).toMatchObject([{ outcome: 'refused', httpStatus: 422 }]);
		expect(of(/member-match/)).toHaveLength(1);
	}
});

test('B33 searches the patient by the returned identifier, as system and value', async () => {
	const { run, of, broken } = await payers.exchange({
		dialect: 'hrex-1.0',
		nodes: ['memberMatch', 'startExport'],
	});
	expect(run.json('startExport')).toHaveLength(1);
	const { value } = run.json('memberMatch')[0].memberIdentifier as { value: string };
	expect(of(/\/Patient\?/).map(({ path }) => path)).toEqual([
		`/hrex-1.0/fhir/Patient?identifier=${encodeURIComponent(`https://payer.example/members|${value}`)}`,
	]);
	expect(broken).toEqual([]);
});

test('B34 tells of a consent that does not hold today, before anything is sent', async () => {
	const periods = [
		{ consentStart: '2019-01-01', consentEnd: '2020-01-01' },
		{ consentStart: '2999-01-01', consentEnd: '2999-12-31' },
	];
	for (const period of periods) {
		const { run, got } = await runAgainst([MATCHED], { items: () => [memberRow('small', period)] });
		expect(run.json('memberMatch', 1)).toMatchObject([{ outcome: 'consent-not-in-force' }]);
		expect(got).toEqual([]);
	}
	// A date of FHIR may be a year or a month alone: its period ends with the last of its days.
	const partial: Array<[period: Json, isSent: boolean]> = [
		[{ start: '2019', end: '2020' }, false],
		[{ start: '2019-01', end: '2020-02' }, false],
		[{ start: '2999', end: '2999-12' }, false],
		[{ start: '2019', end: '2999' }, true],
	];
	for (const [period, isSent] of partial) {
		const parts = partsOf(sent);
		provisionOf(parts).period = period;
		const { run, got } = await sendResources(parts);
		expect([period, got.length]).toEqual([period, isSent ? 1 : 0]);
		if (!isSent) expect(run.json('memberMatch', 1)).toMatchObject([{ outcome: 'consent-not-in-force' }]);
	}
});
